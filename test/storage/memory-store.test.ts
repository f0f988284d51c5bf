import { describe, expect, it } from '@jest/globals';
import { ExpiringMap } from '../../lib/storage/memory/expiring-map.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { describeStoreContract } from '../contract/store-contract.ts';

describeStoreContract('MemoryStore (contract)', () => {
  let now = 1_800_000_000_000;
  return { store: new MemoryStore({ now: () => now }), advance: (ms) => (now += ms) };
});

describe('MemoryStore', () => {
  it('says that it is not shared', () => {
    expect(new MemoryStore().shared).toBe(false);
  });

  it('goes by the clock of the process when it is given none', () => {
    expect(Math.abs(new MemoryStore().now() - Date.now())).toBeLessThan(1_000);
  });
});

describe('ExpiringMap', () => {
  it('drops what has expired when something is added, so that it does not grow for ever', () => {
    let now = 0;
    const map = new ExpiringMap<number>(() => now);
    for (let index = 0; index < 1_000; index += 1) map.set(`early-${index}`, index, 1_000);
    map.set('late', 1, 1_000_000);
    expect(map.size).toBe(1_001);
    now = 61_000;
    expect(map.get('early-1')).toBeUndefined();
    map.set('new', 1, 1_000_000);
    expect(map.size).toBe(2);
    expect(map.get('late')).toBe(1);
  });
});
