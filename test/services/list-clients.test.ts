import { beforeEach, describe, expect, it } from '@jest/globals';
import { createScopePolicy } from '../../lib/policy/scope-policy.ts';
import { listClients, type ListClientsQuery } from '../../lib/services/list-clients.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import type { ClientStore, ListClients } from '../../lib/storage/store.ts';
import { DAY, newClient } from '../contract/records.ts';

const NOW = Date.UTC(2026, 10, 26);
const POLICY = createScopePolicy({
  scopesSupported: ['read', 'write', 'share'],
  baselineClientScopes: ['share'],
  baselineRules: [{ name: 'fives', match: { client_name: '*5' }, scopes: ['write'] }],
});

/** A store with so many clients, unused, in the order of their numbers; and what is asked of it. */
async function storeOf(count: number) {
  let now = NOW;
  const store = new MemoryStore({ now: () => now });
  const { metadata } = newClient();
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    now += 1;
    const client_name = `Client ${String(n)}`;
    const redirect_uris = [n % 2 === 0 ? 'https://even.example/cb' : 'cursor://odd/cb'];
    const client = newClient({
      metadata: { ...metadata, client_name, redirect_uris },
      requested: 'read',
    });
    ids.push(client.client_id);
    await store.clients.insert(client, DAY);
  }
  const queries: ListClients[] = [];
  const clients: Pick<ClientStore, 'list'> = {
    list: (query) => {
      queries.push(query);
      return store.clients.list(query);
    },
  };
  const { clientStates } = store;
  const deps = {
    clients,
    clientStates,
    scopePolicy: POLICY,
    storeNow: () => now,
    clientIdleTtlMs: DAY,
  };
  const list = (query: ListClientsQuery) => listClients(deps, { used: false, ...query });
  return { store, ids, queries, list };
}

type Prepared = Awaited<ReturnType<typeof storeOf>>;

/** Every page there is, as names. */
async function pagesOf({ list }: Prepared, query: ListClientsQuery): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ ...query, ...(cursor !== undefined && { cursor }) });
    pages.push(page.clients.map(({ metadata }) => metadata.client_name ?? ''));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return pages;
}

describe('looking through clients', () => {
  let prepared: Prepared;

  beforeEach(async () => {
    prepared = await storeOf(230);
  });

  it.each<[ListClientsQuery, RegExp]>([
    [{ limit: 0 }, /limit/],
    [{ limit: 101 }, /limit/],
    [{ limit: 1.5 }, /limit/],
    [{ limit: '10' as unknown as number }, /limit/],
    [{ cursor: 'x' }, /cursor/],
    [{ cursor: '~x' }, /cursor/],
    [{ cursor: 7 as unknown as string }, /cursor/],
    [{ redirectHost: 'https://even.example' }, /redirectHost/],
    [{ redirectHost: '' }, /redirectHost/],
  ])('refuses %j', async (query, message) => {
    await expect(prepared.list(query)).rejects.toThrow(TypeError);
    await expect(prepared.list(query)).rejects.toThrow(message);
  });

  it('goes through all of them, each once, in pages of the size asked for', async () => {
    const pages = await pagesOf(prepared, { limit: 100 });
    expect(pages.map((page) => page.length)).toEqual([100, 100, 30]);
    expect(new Set(pages.flat()).size).toBe(230);
  });

  it('reads no more than the page when nothing is looked for', async () => {
    const { clients, read } = await prepared.list({ limit: 7 });
    expect([clients.length, read]).toEqual([7, 7]);
    expect(prepared.queries).toEqual([{ used: false, limit: 7 }]);
  });

  it.each<[ListClientsQuery, number]>([
    [{ name: 'client 5' }, 1],
    [{ name: 'CLIENT 5*' }, 11],
    [{ name: '*' }, 230],
    [{ redirectHost: 'even.example' }, 115],
    [{ redirectHost: '*.example.com' }, 0],
    [{ redirectHost: 'cursor:' }, 115],
    [{ scope: 'write' }, 23],
    [{ scope: 'share' }, 230],
    [{ scope: 'nothing' }, 0],
    [{ rule: 'fives' }, 23],
    [{ rule: 'global' }, 230],
    [{ rule: 'fives', redirectHost: 'even.example' }, 0],
    [{ rule: 'fives', redirectHost: 'cursor:', name: '*1?' }, 0],
  ])('finds by %j: %i, each once, in pages that are full', async (query, count) => {
    const pages = await pagesOf(prepared, { ...query, limit: 10 });
    const found = pages.flat();
    expect(found).toHaveLength(count);
    expect(new Set(found).size).toBe(count);
    for (const page of pages.slice(0, -1)) expect(page).toHaveLength(10);
  });

  it('goes on when the client where it stopped is gone, and leaves none out', async () => {
    const first = await prepared.list({ rule: 'fives', limit: 3 });
    const last = first.clients.at(-1)?.clientId ?? '';
    await prepared.store.clients.remove(last);
    const rest = await prepared.list({ rule: 'fives', limit: 100, cursor: first.cursor ?? '' });
    const found = [...first.clients, ...rest.clients].map(({ clientId }) => clientId);
    expect(new Set(found).size).toBe(23);
  });

  it('shows the used ones when nothing is said', async () => {
    const { list, store, ids } = prepared;
    const record = await store.clients.find(ids[17] ?? '');
    if (record) await store.clients.renew(record, DAY);
    const { clients } = await list({ used: undefined as unknown as boolean });
    expect(clients.map(({ clientId }) => clientId)).toEqual([ids[17]]);
  });
});

it('reads two thousand at most, and says where to go on', async () => {
  const prepared = await storeOf(2100);
  const nothing = await prepared.list({ name: 'nobody' });
  expect(nothing).toEqual({ clients: [], cursor: expect.any(String), read: 2000 });
  expect(prepared.queries).toHaveLength(20);
  const rest = await prepared.list({ name: 'nobody', cursor: nothing.cursor ?? '' });
  expect(rest).toEqual({ clients: [], read: 100 });
});
