import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { RemoteClock } from '../../lib/storage/redis/clock.ts';
import { RedisConnection } from '../../lib/storage/redis/connection.ts';
import { RedisStore, type RedisStoreOptions } from '../../lib/storage/redis/redis-store.ts';
import { strictOptions } from '../../lib/storage/redis/strict-options.ts';
import { DAY, newClient, redeemedGrant } from '../contract/records.ts';
import { eventually } from '../support/eventually.ts';
import { IOREDIS_CLIENTS } from '../support/ioredis-clients.ts';
import { createLogRecorder } from '../support/log-recorder.ts';
import { createRedisBench, failure, type RedisBench } from '../support/redis-bench.ts';
import { randomPrefix, redisUrl } from '../support/redis-url.ts';
import { PATIENCE_MS } from '../support/stores.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

describe.each(IOREDIS_CLIENTS)("the host's client, of $name,", ({ connect }) => {
  type Client = ReturnType<typeof connect>;
  let host: Client;
  let redis: Redis;
  let prefix: string;
  let opened: RedisStore[];
  const createStore = (client: Client): RedisStore => {
    const store = new RedisStore({ client, prefix, commandTimeoutMs: PATIENCE_MS });
    opened.push(store);
    return store;
  };

  beforeEach(() => {
    opened = [];
    prefix = randomPrefix();
    host = connect(redisUrl(), { keyPrefix: 'host:', db: 3, connectionName: prefix });
    redis = new Redis(redisUrl(), { db: 3 });
  });
  afterEach(async () => {
    await Promise.all(opened.map((store) => store.close()));
    host.disconnect();
    redis.disconnect();
  });

  const connections = async (): Promise<number> =>
    String(await redis.client('LIST')).split(`name=${prefix}`).length - 1;

  it('lends its server and database, not its key prefix', async () => {
    const store = createStore(host);
    const client = newClient();
    await store.clients.insert(client, DAY);
    expect(await redis.exists(`${prefix}client:{0}:${client.client_id}`)).toBe(1);
  });

  it('is left as it was by close, which ends our connection', async () => {
    await host.time();
    const { keyPrefix, enableOfflineQueue } = host.options;
    const store = createStore(host);
    await store.clients.insert(newClient(), DAY);
    expect(await connections()).toBe(2);
    await store.close();
    expect(await connections()).toBe(1);
    expect(await host.time()).toHaveLength(2);
    expect(host.status).toBe('ready');
    expect(host.options).toMatchObject({ keyPrefix, enableOfflineQueue });
  });

  it('may be lazy, impatient, piped and set to read only', async () => {
    const odd = connect(redisUrl(), {
      lazyConnect: true,
      enableAutoPipelining: true,
      retryStrategy: () => null,
      stringNumbers: true,
      readOnly: true,
      protocol: 2,
      scripts: { dcrRedeem: { lua: 'return 1', numberOfKeys: 1 } },
    });
    const store = createStore(odd);
    const grantId = await redeemedGrant(store);
    expect(await store.grants.find(grantId)).toMatchObject({ generation: 1 });
    expect(odd.status).toBe('wait');
    odd.disconnect();
  });
});

describe('options', () => {
  it.each<{ name: string; options: () => RedisStoreOptions; want: RegExp }>([
    { name: 'no source', options: () => ({}) as RedisStoreOptions, want: /source is not one of/ },
    {
      name: 'both client and url',
      options: () => ({ client: {}, url: redisUrl() }) as unknown as RedisStoreOptions,
      want: /source is not one of/,
    },
    {
      name: 'a client of another library',
      options: () => ({ client: { duplicate: () => ({}) } }),
      want: /ioredis/,
    },
    {
      name: 'a url of another kind',
      options: () => ({ url: 'http://x' }),
      want: /url is not an address/,
    },
    {
      name: 'a url with options of its own',
      options: () => ({ url: 'redis://x?autoResendUnfulfilledCommands=true' }),
      want: /url is not an address/,
    },
    ...['/one', '/-1', '/1.5', '/0/', '/1/2', '/%31', '/99999999999'].map((path) => ({
      name: `a url with ${path} for a database`,
      options: () => ({ url: `redis://x${path}` }),
      want: /url is not an address/,
    })),
    {
      name: 'a prefix with a brace',
      options: () => ({ url: 'redis://x', prefix: '{a}' }),
      want: /prefix/,
    },
    {
      name: 'no time at all',
      options: () => ({ url: 'redis://x', commandTimeoutMs: 0 }),
      want: /commandTimeoutMs/,
    },
  ])('are refused: $name', ({ options, want }) => {
    expect(() => new RedisStore(options())).toThrow(TypeError);
    expect(() => new RedisStore(options())).toThrow(want);
  });

  it('may give Redis more time than a timer can count', async () => {
    const store = new RedisStore({ url: redisUrl(), commandTimeoutMs: Number.MAX_SAFE_INTEGER });
    try {
      expect(await store.grants.find('a'.repeat(22))).toBeUndefined();
      await expect(store.clients.insert(newClient(), DAY)).resolves.toMatchObject({
        outcome: 'inserted',
      });
    } finally {
      await store.close();
    }
  });

  it('are refused without showing the password in the URL', () => {
    expect(() => new RedisStore({ url: 'http://user:hunter2@host' })).toThrow(/^((?!hunter2).)*$/);
  });
});

describe('a database that cannot be used', () => {
  const user = `user-${randomPrefix().slice(0, 8)}`;
  let redis: Redis;
  const opened: RedisStore[] = [];

  beforeAll(async () => {
    redis = new Redis(redisUrl());
    await redis.call('ACL', 'SETUSER', user, 'on', '>pw', '~*', '+@all', '-select');
  });
  afterAll(async () => {
    await Promise.all(opened.map((store) => store.close()));
    await redis.call('ACL', 'DELUSER', user);
    redis.disconnect();
  });

  it.each([
    { name: 'that there is not', path: '/100000', reason: 'NODATABASE', as: '' },
    { name: 'that the user may not choose', path: '/5', reason: 'NOPERM', as: `${user}:pw@` },
  ])('is not left for the first one: one $name', async ({ path, reason, as }) => {
    const prefix = randomPrefix();
    const { host } = new URL(redisUrl());
    const store = new RedisStore({ url: `redis://${as}${host}${path}`, prefix });
    opened.push(store);
    const log = createLogRecorder();
    store.useLogger(log.logger);
    expect(await failure(store.claim('https://auth.example.com'))).toMatch('not connected');
    const { conditions } = await store.health();
    expect(conditions).toContainEqual(expect.objectContaining({ name: 'store', status: 'fail' }));
    expect(await redis.keys(`${prefix}*`)).toEqual([]);
    await eventually(() =>
      expect(log.at('warn')).toContainEqual({
        level: 'warn',
        message: 'store connection lost',
        fields: { code: 'ERR_DCR_STORE_CONNECTION_LOST', reason },
      }),
    );
  });
});

describe('a process', () => {
  const evaluate = (code: string): Promise<{ stdout: string }> =>
    run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
      cwd: root,
      timeout: 15_000,
    });
  const start = `import { RedisStore } from './lib/storage/redis/redis-store.ts';
    const { RedisStore: Store } = { RedisStore };`;

  it('loads ioredis only when it has to', async () => {
    const { stdout } = await evaluate(`${start}
      import { createRequire } from 'node:module';
      const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('ioredis'));
      const before = loaded();
      const store = new Store({ url: 'redis://127.0.0.1:1' });
      console.log(before, loaded());
      await store.close();`);
    expect(stdout.trim()).toBe('false true');
  });

  it('ends by itself after close', async () => {
    const { stdout } = await evaluate(`${start}
      const store = new Store({ url: '${redisUrl()}' });
      await store.grants.find('a'.repeat(22));
      await store.close();
      console.log('closed');`);
    expect(stdout.trim()).toBe('closed');
  });

  it('ends by itself after close, also when Redis is away', async () => {
    const { stdout } = await evaluate(`${start}
      const store = new Store({ url: 'redis://127.0.0.1:1' });
      await store.grants.find('a'.repeat(22)).catch((error) => console.log(error.message));
      await store.close();`);
    expect(stdout.trim()).toBe('the store is unavailable (not connected)');
  });
});

describe.each(IOREDIS_CLIENTS)('a connection of $name that has given up', ({ connect }) => {
  const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

  // With Sentinel, ioredis does so by itself when it is told of another master while it asks for one.
  it('is made again, unless it was closed', async () => {
    const client = connect(redisUrl(), strictOptions());
    const connection = new RedisConnection({
      client,
      clock: new RemoteClock(),
      commandTimeoutMs: PATIENCE_MS,
      logger: SILENT,
    });
    const answers = (): Promise<string | null> => connection.call((redis) => redis.get('any'));
    expect(await answers()).toBeNull();
    const ended = once(client, 'end');
    client.disconnect();
    await ended;
    expect(await answers()).toBeNull();
    await connection.close();
    expect(client.status).toBe('end');
    // Longer than it takes to be made again.
    await wait(300);
    expect(client.status).toBe('end');
  });

  it('does not keep close from ending', async () => {
    const client = connect(redisUrl(), strictOptions());
    const clock = new RemoteClock();
    const connection = new RedisConnection({
      client,
      clock,
      commandTimeoutMs: PATIENCE_MS,
      logger: SILENT,
    });
    await connection.call((redis) => redis.get('any'));
    const ended = once(client, 'end');
    client.disconnect();
    await ended;
    await connection.close();
    await wait(300);
    expect(client.status).toBe('end');
  });
});

describe('close', () => {
  let bench: RedisBench;
  beforeAll(() => {
    bench = createRedisBench(redisUrl());
  });
  afterAll(async () => {
    await bench.close();
  });

  it('waits for what is under way', async () => {
    const store = bench.createStore();
    const client = newClient();
    const insert = store.clients.insert(client, DAY);
    const done: string[] = [];
    void insert.then(() => done.push('insert'));
    await store.close();
    expect(done).toEqual(['insert']);
    expect(await bench.createStore().clients.find(client.client_id)).toBeDefined();
  });

  it('lets nothing through after it', async () => {
    const store = bench.createStore();
    await store.close();
    await expect(store.clients.find(newClient().client_id)).rejects.toThrow('(closed)');
  });
});

describe('scripts', () => {
  it('survive that Redis forgets them', async () => {
    const bench = createRedisBench(redisUrl());
    try {
      const store = bench.createStore();
      await redeemedGrant(store);
      await bench.redis.script('FLUSH');
      await redeemedGrant(store);
    } finally {
      await bench.close();
    }
  });
});
