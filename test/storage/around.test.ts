import { describe, expect, it } from '@jest/globals';
import { claimedStore } from '../../lib/storage/claimed-store.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { observedStore } from '../../lib/storage/observed-store.ts';
import type { ClientStore } from '../../lib/storage/store.ts';
import { DAY, newClient } from '../contract/records.ts';
import { createLogRecorder } from '../support/log-recorder.ts';

/** What a host may give for a part of a store. */
const KINDS: readonly { kind: string; of: (clients: ClientStore) => ClientStore }[] = [
  { kind: 'an object of a class', of: (clients) => clients },
  {
    kind: 'an object whose methods come from getters, as compilers make of a module',
    of: (clients) =>
      Object.defineProperties<ClientStore>({} as ClientStore, {
        insert: { get: () => clients.insert.bind(clients) },
        find: { get: () => clients.find.bind(clients) },
      }),
  },
  {
    kind: 'a proxy that tells nothing of what it has',
    of: (clients) =>
      new Proxy({} as ClientStore, {
        get: (_target, name) => (Reflect.get(clients, name) as () => unknown).bind(clients),
      }),
  },
  {
    kind: 'an object that gets its methods later',
    of: (clients) => {
      const later = {} as ClientStore;
      setImmediate(() => {
        Object.assign(later, {
          insert: clients.insert.bind(clients),
          find: clients.find.bind(clients),
        });
      });
      return later;
    },
  },
];

describe('a store of the host is asked as it is', () => {
  it.each(KINDS)('$kind', async ({ of }) => {
    const memory = new MemoryStore({ now: () => 0 });
    const store = Object.assign(Object.create(memory) as MemoryStore, {
      clients: of(memory.clients),
      claim: (issuer: string) => memory.claim(issuer),
      now: () => memory.now(),
    });
    const watched = observedStore(store, () => undefined);
    const claimed = claimedStore(watched, 'https://a.example', createLogRecorder().logger);
    await claimed.look();
    await new Promise(setImmediate);
    const client = newClient();
    await claimed.clients.insert(client, DAY, { max: 10, protectedMs: 0 });
    expect(await claimed.clients.find(client.client_id)).toMatchObject({
      client_id: client.client_id,
    });
  });

  it('whose method is not there, and does not answer as if it had done it', async () => {
    const memory = new MemoryStore({ now: () => 0 });
    const watched = observedStore(memory, () => undefined);
    const claimed = claimedStore(watched, 'https://a.example', createLogRecorder().logger);
    await claimed.look();
    Object.assign(memory.consents, { forgetAll: undefined });
    const forget = async (): Promise<void> => claimed.consents.forgetAll('d'.repeat(43), 1);
    await expect(forget()).rejects.toBeInstanceOf(TypeError);
  });
});
