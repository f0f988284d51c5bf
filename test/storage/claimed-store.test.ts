import { beforeEach, describe, expect, it } from '@jest/globals';
import { claimedStore, type ClaimedStore } from '../../lib/storage/claimed-store.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { StoreUnavailableError, type Store } from '../../lib/storage/store.ts';
import { DAY, newClient } from '../contract/records.ts';
import { createLogRecorder, type LogRecorder } from '../support/log-recorder.ts';

const OURS = 'https://auth.example.com';
const THEIRS = 'https://other.example.com';

let memory: MemoryStore;
let log: LogRecorder;
/** Who the store says it belongs to; an error when it is away. */
let answer: (issuer: string) => Promise<string>;
let claims: number;
let store: ClaimedStore;

beforeEach(() => {
  memory = new MemoryStore();
  log = createLogRecorder();
  claims = 0;
  answer = (issuer) => memory.claim(issuer);
  const given: Store = {
    shared: true,
    clients: memory.clients,
    authorizations: memory.authorizations,
    grants: memory.grants,
    pushedRequests: memory.pushedRequests,
    consents: memory.consents,
    upstreamTokens: memory.upstreamTokens,
    initialAccessTokens: memory.initialAccessTokens,
    assertions: memory.assertions,
    stats: memory.stats,
    keys: memory.keys,
    clientStates: memory.clientStates,
    switches: memory.switches,
    claim: (issuer) => {
      claims += 1;
      return answer(issuer);
    },
    now: () => memory.now(),
    close: () => memory.close(),
  };
  store = claimedStore(given, OURS, log.logger);
});

const away = (): Promise<string> => Promise.reject(new StoreUnavailableError('away'));

/** One call of each part of the store. */
const CALLS: readonly { name: string; call: () => Promise<unknown> }[] = [
  { name: 'clients', call: () => store.clients.find('x') },
  { name: 'initial access tokens', call: () => store.initialAccessTokens.list() },
  { name: 'authorizations', call: () => store.authorizations.find('x') },
  { name: 'grants', call: () => store.grants.find('x') },
  { name: 'pushed requests', call: () => store.pushedRequests.find('x') },
  { name: 'consents', call: () => store.consents.find('x', 'x') },
  { name: 'upstream tokens', call: () => store.upstreamTokens.find('x') },
  { name: 'assertions', call: () => store.assertions.use('d'.repeat(43), 1_000) },
  { name: 'keys', call: () => store.keys.read() },
  { name: 'client states', call: () => store.clientStates.find('x') },
  { name: 'switches', call: () => store.switches.read() },
];

describe('a store that belongs to another issuer', () => {
  beforeEach(() => memory.claim(THEIRS));

  it.each(CALLS)('answers nothing of its $name', async ({ call }) => {
    await expect(call()).rejects.toThrow('the store is unavailable (of another issuer)');
    await expect(call()).rejects.toThrow(StoreUnavailableError);
    expect(store.issuerState).toBe('of another issuer');
  });

  it('is said once, with both issuers and what to do', async () => {
    for (let i = 0; i < 3; i += 1) await expect(store.look()).rejects.toThrow('another issuer');
    expect(log.entries).toEqual([
      {
        level: 'error',
        message: expect.stringContaining('give each issuer a DCR_REDIS_PREFIX of its own'),
        fields: { code: 'ERR_DCR_STORE_OF_ANOTHER_ISSUER', issuer: OURS, store_issuer: THEIRS },
      },
    ]);
  });

  it('keeps nothing that it is given', async () => {
    const client = newClient();
    await expect(store.clients.insert(client, DAY)).rejects.toThrow(StoreUnavailableError);
    expect(await memory.clients.find(client.client_id)).toBeUndefined();
  });

  it('serves when it is looked at again and is ours', async () => {
    await expect(store.look()).rejects.toThrow(StoreUnavailableError);
    answer = async (issuer) => issuer;
    await store.look();
    expect(await store.clients.find('x')).toBeUndefined();
    expect(store.issuerState).toBe('ours');
  });
});

describe('a store that does not answer at first', () => {
  it.each(CALLS)('fails for $name, and serves when it does', async ({ call }) => {
    answer = away;
    await expect(call()).rejects.toThrow('away');
    expect(store.issuerState).toBe('unknown');
    answer = (issuer) => memory.claim(issuer);
    await call();
    expect(store.issuerState).toBe('ours');
    expect(log.entries).toEqual([]);
  });
});

describe('a store that is ours', () => {
  it('is claimed once for all who begin at the same time', async () => {
    await Promise.all(CALLS.map(({ call }) => call()));
    await Promise.all(CALLS.map(({ call }) => call()));
    expect(claims).toBe(1);
    expect(await memory.claim(THEIRS)).toBe(OURS);
  });

  it('serves on when it cannot be looked at, and not when it went to another', async () => {
    await store.look();
    answer = away;
    await expect(store.look()).rejects.toThrow('away');
    expect(await store.clients.find('x')).toBeUndefined();
    answer = async () => THEIRS;
    await expect(store.look()).rejects.toThrow(StoreUnavailableError);
    await expect(store.clients.find('x')).rejects.toThrow(StoreUnavailableError);
  });

  it('passes on what is kept, and what is wrong', async () => {
    const client = newClient();
    await store.clients.insert(client, DAY);
    expect((await store.clients.find(client.client_id))?.client_id).toBe(client.client_id);
    await expect(store.clients.insert({ ...client, client_id: 'a b' }, DAY)).rejects.toThrow(
      TypeError,
    );
    expect(store.shared).toBe(true);
    await store.close();
  });
});
