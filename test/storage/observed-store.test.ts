import { describe, expect, it } from '@jest/globals';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { observedStore } from '../../lib/storage/observed-store.ts';
import { StoreUnavailableError, type Store } from '../../lib/storage/store.ts';
import { newClient } from '../contract/records.ts';

function observedMemory(): {
  readonly store: MemoryStore;
  readonly observed: Store;
  readonly told: string[];
} {
  const store = new MemoryStore({ now: () => 0 });
  const told: string[] = [];
  return { store, observed: observedStore(store, (operation) => told.push(operation)), told };
}

describe('a store that is observed', () => {
  it('does what it did before, and tells of nothing that works', async () => {
    const { observed, told } = observedMemory();
    const client = newClient();
    await observed.clients.insert(client, 60_000, { max: 10, protectedMs: 0 });
    expect(await observed.clients.find(client.client_id)).toMatchObject(client);
    expect(observed.now()).toBe(0);
    expect(await observed.claim('https://auth.example.com')).toBe('https://auth.example.com');
    expect(told).toEqual([]);
  });

  it('tells of each operation that fails, and lets it fail', async () => {
    const { store, observed, told } = observedMemory();
    const away = (): Promise<never> => Promise.reject(new StoreUnavailableError('away (test)'));
    Object.assign(store.clients, { find: away });
    await expect(observed.clients.find('c1')).rejects.toThrow('away (test)');
    expect(told).toEqual(['clients.find']);
  });

  it('tells of a limiter too', async () => {
    const { store, told } = observedMemory();
    const away = (): Promise<never> => Promise.reject(new StoreUnavailableError('away (test)'));
    Object.assign(store, { limiter: () => ({ consume: away }) });
    const observed = observedStore(store, (operation) => told.push(operation));
    const limiter = observed.limiter?.({ name: 'x', limit: 1, windowSeconds: 1 });
    await expect(limiter?.consume('caller')).rejects.toThrow('away (test)');
    expect(told).toEqual(['limiter.consume']);
  });
});
