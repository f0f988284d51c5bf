/**
 * A server with a Redis of its own and so many clients in it.
 *
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startRedisServer } from '../../test/support/redis-server.ts';
import { RedisStore } from '../../dist/esm/index.js';
import { startContender, type ContenderProcess } from '../process/contender-process.ts';
import { redisServerUsage } from '../process/redis-server-usage.ts';
import { seedClients } from './seed.ts';

export interface Site {
  readonly clients: number;
  readonly redisUrl: string;
  /** A connection of whoever measures. */
  readonly redis: Redis;
  /** The store, as the server has it. */
  readonly store: RedisStore;
  /** One more, for whoever closes it. */
  openStore(): RedisStore;
  /** Its usage says what Redis used, too. */
  readonly server: ContenderProcess;
  /** One more process of the server, for whoever stops it. */
  startInstance(): Promise<ContenderProcess>;
  /** Bytes that Redis took for the clients. */
  readonly seededBytes: number;
  stop(): Promise<void>;
}

const SETTLE_MS = 400;
/** What a connection or an answer takes for a while. */
const STILL_BYTES = 4096;
/** Long, for so many are on the way when clients are seeded. */
const COMMAND_TIMEOUT_MS = 60_000;

export async function startSite(clients: number): Promise<Site> {
  const redisServer = await startRedisServer();
  const redis = new Redis(redisServer.url);
  const { url: redisUrl } = redisServer;
  const server = await startContender('express-dcr', { redisUrl });
  const { prefix, origin: issuer } = server;
  const commandTimeoutMs = COMMAND_TIMEOUT_MS;
  const openStore = (): RedisStore => new RedisStore({ url: redisUrl, prefix, commandTimeoutMs });
  const store = openStore();
  const empty = await settledMemory(redis);
  await seedClients(store, clients);
  return {
    ...{ clients, redisUrl, redis, store, openStore },
    seededBytes: (await settledMemory(redis)) - empty,
    server: withRedisUsage(server, redis),
    async startInstance() {
      const instance = await startContender('express-dcr', { redisUrl, prefix, issuer });
      // What people send comes from the pages of the server, whichever process made them.
      return { ...withRedisUsage(instance, redis), origin: issuer };
    },
    async stop() {
      await server.stop();
      await store.close();
      redis.disconnect();
      await redisServer.stop();
    },
  };
}

export function withRedisUsage(server: ContenderProcess, redis: Redis): ContenderProcess {
  return {
    ...server,
    async usage() {
      const usage = await server.usage();
      const { cpuMicros } = await redisServerUsage(redis);
      return { ...usage, redisCpuMicros: cpuMicros };
    },
  };
}

/** Redis moves keys to a larger table bit by bit, and has both until it is done: looked at until it stands still. */
export async function settledMemory(redis: Redis): Promise<number> {
  for (let before = NaN; ;) {
    const { usedMemory } = await redisServerUsage(redis);
    if (Math.abs(usedMemory - before) < STILL_BYTES) return usedMemory;
    before = usedMemory;
    await wait(SETTLE_MS);
  }
}
