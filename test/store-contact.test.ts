import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { AuthorizationServerOptions } from '../lib/options/options.ts';
import { resolveSettings } from '../lib/options/settings.ts';
import { beginContact, type StoreContact } from '../lib/store-contact.ts';
import { hostLogin } from '../lib/login/host-login.ts';
import { MemoryStore } from '../lib/storage/memory/memory-store.ts';
import type { Store } from '../lib/storage/store.ts';
import { ISSUER, SECRET } from './support/app.ts';
import { eventually } from './support/eventually.ts';
import { createLogRecorder } from './support/log-recorder.ts';
import { SIGNING_KEY } from './support/deployment.ts';
import { createRedisBench, type RedisBench } from './support/redis-bench.ts';
import { startRedisServer, type RedisServer } from './support/redis-server.ts';

const RUNTIME = { now: Date.now, randomBytes, randomUUID };
const HOUR = 3600_000;

let server: RedisServer;
let bench: RedisBench;
let offset: number;
let contacts: StoreContact[];

beforeEach(async () => {
  server = await startRedisServer();
  bench = createRedisBench(server.url);
  offset = 0;
  contacts = [];
});
afterEach(async () => {
  await Promise.all(contacts.map((contact) => contact.close()));
  await bench.close();
  await server.stop();
});

function begin(options: Partial<AuthorizationServerOptions> = {}): StoreContact {
  const { logger } = createLogRecorder();
  const login = hostLogin({ user: () => undefined, url: '/login' });
  const store = options.store ?? bench.createImpatientStore({ clockOffsetMs: () => offset });
  const given = { issuer: ISSUER, secret: SECRET, login, logger, ...options, store };
  const contact = beginContact(resolveSettings(given, RUNTIME), RUNTIME);
  contacts.push(contact);
  return contact;
}

/** The reasons of its conditions, by their names. */
function knownBy(contact: StoreContact): Record<string, string> {
  return Object.fromEntries(contact.conditions().map(({ name, reason }) => [name, reason]));
}

/** By itself: nobody asks it for anything. */
function comesToKnow(contact: StoreContact, want: object): Promise<void> {
  return eventually(() => expect(knownBy(contact)).toEqual(want));
}

describe('what an instance knows from its store, for who asks whether it is ready', () => {
  it('is nothing at first, and then that the store is its own and which keys sign', async () => {
    const contact = begin();
    expect(knownBy(contact)).toEqual({ issuer: 'unknown', keys: 'not-loaded' });
    await comesToKnow(contact, { issuer: 'ours', keys: 'loaded' });
  });

  it('is nothing while the store is away, and comes when it is back', async () => {
    await server.kill();
    const contact = begin();
    await expect(contact.keys.current()).rejects.toHaveProperty('code');
    expect(knownBy(contact)).toEqual({ issuer: 'unknown', keys: 'not-loaded' });
    await server.restart();
    await comesToKnow(contact, { issuer: 'ours', keys: 'loaded' });
  });

  it('is that the store belongs to another issuer, and no key of theirs', async () => {
    await comesToKnow(begin(), { issuer: 'ours', keys: 'loaded' });
    const contact = begin({ issuer: 'https://other.example.com' });
    await comesToKnow(contact, { issuer: 'foreign', keys: 'not-loaded' });
  });

  it('is that the keys do not open', async () => {
    await comesToKnow(begin(), { issuer: 'ours', keys: 'loaded' });
    const contact = begin({ secret: 'another test secret that is long enough' });
    await comesToKnow(contact, { issuer: 'ours', keys: 'not-opened' });
  });

  it('is out of date after an hour without the store', async () => {
    const contact = begin();
    await comesToKnow(contact, { issuer: 'ours', keys: 'loaded' });
    await server.kill();
    offset += HOUR;
    expect(knownBy(contact)).toEqual({ issuer: 'ours', keys: 'out-of-date' });
  });

  it.each([
    { name: 'keys that are given', options: { signingKeys: SIGNING_KEY } },
    { name: 'a store in memory', options: { store: new MemoryStore() } },
  ])('is ready at once with $name', async ({ options }) => {
    const contact = begin(options);
    expect(knownBy(contact)['keys']).toBe('loaded');
    await comesToKnow(contact, { issuer: 'ours', keys: 'loaded' });
    if ('signingKeys' in options) expect(await bench.redis.exists(`${bench.prefix}keys`)).toBe(0);
  });
});

describe('keys that are given', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('are found after a few seconds where a store without a deadline never answers', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const memory = new MemoryStore();
    const store = new Proxy<Store>(memory, {
      get: (target, name) =>
        name === 'claim' ? () => new Promise(() => {}) : (Reflect.get(target, name) as unknown),
    });
    const { keys } = begin({ store, signingKeys: SIGNING_KEY });
    const { kid } = await keys.current();
    const found = keys.find(kid);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await found).toHaveProperty('kid', kid);
  });
});

describe('how often an instance looks whose the store is', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** Of a store that others see too: the times between two moments at which it was asked. */
  async function gaps(owner: string): Promise<number[]> {
    const askedAt: number[] = [];
    const memory = new MemoryStore();
    const { clients, authorizations, grants, consents, upstreamTokens, assertions, keys } = memory;
    const store: Store = {
      shared: true,
      initialAccessTokens: memory.initialAccessTokens,
      ...{ clients, authorizations, grants, consents, upstreamTokens, assertions, keys },
      pushedRequests: memory.pushedRequests,
      clientStates: memory.clientStates,
      switches: memory.switches,
      stats: memory.stats,
      claim: async () => {
        askedAt.push(Date.now());
        return owner;
      },
      now: () => Date.now(),
      close: async () => undefined,
    };
    begin({ store });
    await jest.advanceTimersByTimeAsync(HOUR);
    return askedAt.slice(1).map((at, i) => at - (askedAt[i] ?? 0));
  }

  it('is far more seldom for one that belongs to another, so that data loss does not hand it over', async () => {
    const [ours, foreign] = [await gaps(ISSUER), await gaps('https://other.example.com')];
    expect(ours.length).toBeGreaterThan(100);
    expect(foreign.length).toBeGreaterThan(10);
    expect(Math.min(...foreign)).toBeGreaterThan(3 * Math.max(...ours));
  });
});
