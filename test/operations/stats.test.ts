import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  addedOf,
  beginStats,
  countersOf,
  EXPANDED_REGISTRATION,
  refusalCounter,
  refusedOf,
  type Stats,
} from '../../lib/operations/stats.ts';
import type { Counts } from '../../lib/storage/store.ts';
import { createLogRecorder, type LogRecorder } from '../support/log-recorder.ts';

describe('what is counted', () => {
  it('is an event, by its name', () => {
    expect(countersOf({ name: 'client.registered', by: 'client' })).toEqual(['client.registered']);
  });

  it('is of a registration that the baseline expanded also that', () => {
    const baseline = [{ scope: 'offline_access', rule: 'global' }];
    const names = (name: 'client.registered' | 'client.updated', added = baseline) =>
      countersOf({ name, by: 'client', baseline: added });
    expect(names('client.registered')).toEqual(['client.registered', EXPANDED_REGISTRATION]);
    expect(names('client.registered', [])).toEqual(['client.registered']);
    expect(names('client.updated')).toEqual(['client.updated']);
  });

  it('is of an expansion also each scope, with the rule that it comes from', () => {
    const baseline = [
      { scope: 'offline_access', rule: 'global' },
      { scope: 'mcp:write', rule: 'our own agents' },
    ];
    const counters = countersOf({ name: 'client.expanded', by: 'client', baseline });
    expect(counters[0]).toBe('client.expanded');
    expect(counters.slice(1).map(addedOf)).toEqual(baseline);
  });

  it('is a refusal, by its error', () => {
    expect(refusedOf(refusalCounter('invalid_scope'))).toBe('invalid_scope');
  });

  it.each(['client.registered', 'refused invalid_scope', ''])('is no addition: %j', (counter) => {
    expect(addedOf(counter)).toBeUndefined();
  });

  it.each(['client.registered', 'added a b', ''])('is no refusal: %j', (counter) => {
    expect(refusedOf(counter)).toBeUndefined();
  });
});

describe('telling the store', () => {
  let told: Counts[];
  let isAway: boolean;
  let log: LogRecorder;
  let stats: Stats;

  beforeEach(() => {
    jest.useFakeTimers();
    [told, isAway, log] = [[], false, createLogRecorder()];
    stats = beginStats({
      store: {
        add: async (counts) => {
          if (isAway) throw new Error('away');
          told.push(counts);
        },
        read: async () => [],
      },
      logger: log.logger,
    });
  });
  afterEach(async () => {
    await stats.close();
    jest.useRealTimers();
  });

  it('is done every ten seconds, with what was added up', async () => {
    stats.count('a', 'b');
    stats.count('a');
    expect(told).toEqual([]);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual([{ a: 2, b: 1 }]);
    stats.count('a');
    await jest.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual([{ a: 2, b: 1 }, { a: 1 }]);
  });

  it('is left when there is nothing to tell', async () => {
    await jest.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual([]);
  });

  it('is done at the end, and not after it', async () => {
    stats.count('a');
    await stats.close();
    expect(told).toEqual([{ a: 1 }]);
    stats.count('a');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual([{ a: 1 }]);
  });

  it('waits for a store that is away, and loses nothing', async () => {
    isAway = true;
    stats.count('a');
    await jest.advanceTimersByTimeAsync(30_000);
    stats.count('a', 'b');
    isAway = false;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual([{ a: 2, b: 1 }]);
    expect(log.entries[0]).toEqual({ level: 'debug', message: 'counts postponed', fields: {} });
  });

  it('leaves out names that are too long to be kept, and tells the rest', async () => {
    stats.count('x'.repeat(201), 'a');
    await stats.close();
    expect(told).toEqual([{ a: 1 }]);
  });

  it('goes on in little room, however many names come', async () => {
    for (let i = 0; i < 10_000; i += 1) stats.count(`name ${String(i)}`);
    stats.count('name 0');
    await stats.close();
    expect(Object.keys(told[0] ?? {})).toHaveLength(500);
    expect(told[0]).toMatchObject({ 'name 0': 2 });
  });
});
