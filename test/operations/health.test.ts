import { describe, expect, it } from '@jest/globals';
import { HealthCheck, type HealthDeps } from '../../lib/operations/health.ts';
import type { Condition, ConditionStatus } from '../../lib/storage/store-health.ts';

const condition = (name: string, status: ConditionStatus = 'ok', reason = 'r'): Condition => ({
  name,
  status,
  reason,
  message: '',
});

interface Bench {
  readonly check: HealthCheck;
  readonly state: { asked: number; time: number; conditions: Condition[]; own: Condition[] };
}

/** A store that answers at once, a clock that is moved by hand. */
function bench(deps: Partial<HealthDeps> = {}): Bench {
  const state = { asked: 0, time: 0, conditions: [condition('store')], own: [condition('keys')] };
  const check = new HealthCheck({
    store: {
      clients: { find: async () => undefined },
      now: () => 0,
      health: async () => {
        state.asked += 1;
        return { conditions: state.conditions, times: [0] };
      },
    },
    now: () => 0,
    monotonic: () => state.time,
    own: () => state.own,
    ...deps,
  });
  return { check, state };
}

describe('the health of an instance', () => {
  it('asks the store once for all who ask at once', async () => {
    const { check, state } = bench();
    await Promise.all(Array.from({ length: 50 }, () => check.check()));
    expect(state.asked).toBe(1);
  });

  it('asks again after two seconds, and after half of one while something fails', async () => {
    const { check, state } = bench();
    await check.check();
    state.time += 1_999;
    await check.check();
    expect(state.asked).toBe(1);
    state.conditions = [condition('store', 'fail')];
    state.time += 1;
    expect((await check.check()).status).toBe('fail');
    expect(state.asked).toBe(2);
    state.time += 500;
    await check.check();
    expect(state.asked).toBe(3);
  });

  it('knows of itself at every moment', async () => {
    const { check, state } = bench();
    await check.check();
    state.own = [condition('serving', 'fail', 'draining')];
    expect(await check.check()).toMatchObject({ status: 'fail' });
    expect(state.asked).toBe(1);
  });

  it.each([
    { name: 'is away', find: () => Promise.reject(new Error('secret')) },
    {
      name: 'never answers',
      find: () =>
        new Promise<never>(() => {
          // Never.
        }),
    },
  ])('fails when a store without health of its own $name', async ({ find }) => {
    const { check } = bench({ store: { clients: { find }, now: () => 0 } });
    const health = await check.check();
    expect(health.status).toBe('fail');
    expect(health.conditions[0]).toMatchObject({ name: 'store', reason: 'unavailable' });
    expect(JSON.stringify(health)).not.toContain('secret');
  });

  it('is well with a store without health of its own that answers', async () => {
    const store = { clients: { find: async () => undefined }, now: () => 0 };
    const { status, conditions } = await bench({ store }).check.check();
    expect(status).toBe('ok');
    expect(conditions.map(({ name }) => name)).toEqual(['store', 'clock', 'keys']);
  });

  it('measures the clock against the server that is furthest off, on either side', async () => {
    const store = {
      clients: { find: async () => undefined },
      now: () => 0,
      health: async () => ({ conditions: [], times: [1_000, -7_000, 2_000] }),
    };
    const { conditions } = await bench({ store, now: () => 0 }).check.check();
    expect(conditions[0]).toMatchObject({ name: 'clock', status: 'warn' });
  });
});
