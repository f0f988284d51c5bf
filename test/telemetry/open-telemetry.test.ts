import { describe, expect, it } from '@jest/globals';
import * as api from '@opentelemetry/api';
import { loadOpenTelemetry } from '../../lib/telemetry/open-telemetry.ts';
import { createLogRecorder } from '../support/log-recorder.ts';

function failing(code?: string): () => never {
  return () => {
    throw Object.assign(new Error('it cannot be loaded'), code !== undefined && { code });
  };
}

describe('the API of OpenTelemetry', () => {
  it('is not missed where the host has none', () => {
    const log = createLogRecorder();
    expect(loadOpenTelemetry(log, failing('MODULE_NOT_FOUND'))).toBeUndefined();
    expect(log.entries).toEqual([]);
  });

  it('is done without, and the log says so, where it is broken', () => {
    const log = createLogRecorder();
    expect(loadOpenTelemetry(log, failing())).toBeUndefined();
    expect(log.entries).toMatchObject([
      {
        level: 'warn',
        message: 'no metrics, no traces',
        fields: { cause: { message: 'it cannot be loaded' } },
      },
    ]);
  });

  it('is that of the host where it has one', () => {
    expect(loadOpenTelemetry(createLogRecorder())?.metrics).toBe(api.metrics);
  });
});
