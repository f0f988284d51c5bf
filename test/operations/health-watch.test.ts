import { describe, expect, it } from '@jest/globals';
import { HealthWatch } from '../../lib/operations/health-watch.ts';
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
    const watch = new HealthWatch(logger);
    for (let i = 0; i < 3; i += 1) watch.observe([condition('eviction', 'warn', 'evicting')]);
    for (let i = 0; i < 3; i += 1) watch.observe([condition('eviction', 'ok', 'noeviction')]);
    expect(entries).toEqual([
      {
        level: 'warn',
        message: 'health impaired',
        fields: { condition: 'eviction', status: 'warn', reason: 'evicting', advice: 'm' },
      },
      { level: 'info', message: 'health restored', fields: { condition: 'eviction' } },
    ]);
  });

  it('is a condition again when its reason is another', () => {
    const { logger, entries } = createLogRecorder();
    const watch = new HealthWatch(logger);
    watch.observe([condition('clock', 'warn', 'skewed')]);
    watch.observe([condition('clock', 'fail', 'far-off')]);
    expect(entries.map(({ fields }) => fields['reason'])).toEqual(['skewed', 'far-off']);
  });

  it('forgets nothing while a condition cannot be judged', () => {
    const { logger, entries } = createLogRecorder();
    const watch = new HealthWatch(logger);
    watch.observe([condition('eviction', 'warn', 'evicting')]);
    watch.observe([condition('store', 'fail', 'unavailable')]);
    watch.observe([condition('eviction', 'warn', 'evicting')]);
    expect(entries).toHaveLength(1);
  });

  it('leaves it to the store to tell of its connection', () => {
    const { logger, entries } = createLogRecorder();
    const watch = new HealthWatch(logger);
    watch.observe([condition('store', 'fail', 'unavailable')]);
    watch.observe([condition('store', 'ok', 'answers')]);
    expect(entries).toEqual([]);
  });

  it('ends', () => {
    const { logger, entries } = createLogRecorder();
    const watch = new HealthWatch(logger);
    watch.end();
    watch.observe([condition('eviction', 'warn', 'evicting')]);
    expect(entries).toEqual([]);
  });
});
