/**
 * How many bytes of Redis one of each kind of record takes: many are made through the store, and the
 * server is asked for its memory before and after.
 *
 * @module
 */
import { Redis } from 'ioredis';
import { RedisStore } from '../../dist/esm/index.js';
import { createKeys } from '../../lib/storage/redis/keys.ts';
import { startRedisServer } from '../../test/support/redis-server.ts';
import {
  allow,
  index,
  insert,
  newPending,
  randomDigest,
  randomId,
  redeem,
  remember,
} from './grants.ts';
import { forEach } from './many.ts';
import { seedClients } from './seed.ts';
import { settledMemory } from './site.ts';

/** Bytes of one, with its part of everything that Redis needs to find it. */
export interface MemoryEach {
  readonly client: number;
  readonly pending: number;
  /** What a code adds to the authorization that it is of. */
  readonly code: number;
  /** With a refresh token, when its authorization is gone. */
  readonly grant: number;
  /** The list of a person who has one. */
  readonly indexOfPerson: number;
  /** What each more adds to it. */
  readonly indexEntry: number;
  readonly consent: number;
  /** That somebody has asked; gone after the window of the limit. */
  readonly counter: number;
}

const PREFIX = 'dcr:';
const KEYS = createKeys(PREFIX, { isSharded: false });
/** So many more grants does each person get. */
const MORE_GRANTS = 4;

export async function memoryEach(count: number): Promise<MemoryEach> {
  const server = await startRedisServer();
  const redis = new Redis(server.url);
  const store = new RedisStore({ url: server.url, prefix: PREFIX, commandTimeoutMs: 60_000 });
  const each = async (make: () => Promise<void>, of = count): Promise<number> => {
    const before = await settledMemory(redis);
    await make();
    return ((await settledMemory(redis)) - before) / of;
  };
  try {
    // What a connection and the scripts take is there once, and not for each.
    await seedClients(store, 1);
    await redis.flushall();
    const client = await each(() => seedClients(store, count));

    await redis.flushall();
    const requests = Array.from({ length: count }, newPending);
    const ids = requests.map(({ grant_id }) => grant_id);
    const pending = await each(() => forEach(requests, (one) => insert(store, one)));
    const code = await each(() => forEach(requests, (one) => allow(store, one)));

    await redis.flushall();
    const grant = await each(async () => {
      await forEach(requests, (one) => insert(store, one));
      await forEach(requests, (one) => allow(store, one));
      await forEach(ids, (id) => redeem(store, id));
      await forEach(ids, (id) => redis.del(KEYS.authorization(id) ?? ''));
    });

    await redis.flushall();
    const people = ids.map(randomDigest);
    const add = (person: string): Promise<void> => index(store, person, randomId());
    const indexOfPerson = await each(() => forEach(people, add));
    const more = Array.from({ length: MORE_GRANTS }, () => people).flat();
    const indexEntry = await each(() => forEach(more, add), more.length);

    await redis.flushall();
    const consent = await each(() => forEach(people, (person) => remember(store, person)));

    await redis.flushall();
    const limiter = store.limiter({ name: 'token', limit: 1_000_000, windowSeconds: 600 });
    const counter = await each(() => forEach(ids, (id) => limiter.consume(id)));
    return { client, pending, code, grant, indexOfPerson, indexEntry, consent, counter };
  } finally {
    await store.close();
    redis.disconnect();
    await server.stop();
  }
}
