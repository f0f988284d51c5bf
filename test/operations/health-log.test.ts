import { describe, expect, it } from '@jest/globals';
import { HealthLog } from '../../lib/operations/health-log.ts';
import type { Condition, ConditionStatus } from '../../lib/storage/store-health.ts';
import { createLogRecorder } from '../support/log-recorder.ts';

const condition = (name: string, status: ConditionStatus, reason: string): Condition => ({
  name,
  status,
  reason,
  message: 'm',
});

describe('what the log is told of health', () => {
  it('is each condition once when it comes and once when it goes', () => {
    const { logger, entries } = createLogRecorder();
    const told = new HealthLog(logger);
    for (let i = 0; i < 3; i += 1) told.observe([condition('eviction', 'warn', 'evicting')]);
    for (let i = 0; i < 3; i += 1) told.observe([condition('eviction', 'ok', 'noeviction')]);
    expect(entries).toEqual([
      {
        level: 'warn',
        message: 'health impaired',
        fields: {
          code: 'ERR_DCR_HEALTH_EVICTION',
          condition: 'eviction',
          status: 'warn',
          reason: 'evicting',
          advice: 'm',
        },
      },
      { level: 'info', message: 'health restored', fields: { condition: 'eviction' } },
    ]);
  });

  it('is a condition again when its reason is another', () => {
    const { logger, entries } = createLogRecorder();
    const told = new HealthLog(logger);
    told.observe([condition('clock', 'warn', 'skewed')]);
    told.observe([condition('clock', 'fail', 'far-off')]);
    expect(entries.map(({ fields }) => fields['reason'])).toEqual(['skewed', 'far-off']);
  });

  it('forgets nothing while a condition cannot be judged', () => {
    const { logger, entries } = createLogRecorder();
    const told = new HealthLog(logger);
    told.observe([condition('eviction', 'warn', 'evicting')]);
    told.observe([condition('store', 'fail', 'unavailable')]);
    told.observe([condition('eviction', 'warn', 'evicting')]);
    expect(entries).toHaveLength(1);
  });

  it('leaves it to the store to tell of its connection', () => {
    const { logger, entries } = createLogRecorder();
    const told = new HealthLog(logger);
    told.observe([condition('store', 'fail', 'unavailable')]);
    told.observe([condition('store', 'ok', 'answers')]);
    expect(entries).toEqual([]);
  });
});
