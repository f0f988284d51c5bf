/**
 * What is asked of ioredis: how our connection is made and which of its methods are used.
 *
 * The shapes are our own, for a host may bring another major version, and its types with it.
 *
 * @module
 */
import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';

/** The host's ioredis client. It is only asked for a duplicate and otherwise left alone. */
export interface HostRedisClient {
  readonly isCluster?: boolean;
  duplicate(override?: object): unknown;
}

/** The part of an ioredis client that this store uses. */
export interface RedisClient {
  on(event: string, listener: (argument: unknown) => void): unknown;
  defineCommand(name: string, definition: { lua: string; numberOfKeys: number }): void;
  time(): Promise<readonly [string | number, string | number]>;
  get(key: string): Promise<string | null>;
  hgetall(key: string): Promise<Record<string, string>>;
  quit(): Promise<unknown>;
  disconnect(reconnect?: boolean): void;
}

const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 1_000;

/**
 * Options under which a command is sent once or not at all. With its defaults ioredis sends a command
 * again whose reply was lost, and what was queued during an outage long after the caller has given up.
 */
function strictOptions(): Record<string, unknown> {
  return {
    connectTimeout: 1_000,
    disconnectTimeout: 200,
    keepAlive: 5_000,
    noDelay: true,
    // Its deadline takes no account of a pause of the process: ours does (within.ts).
    commandTimeout: undefined,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    enableReadyCheck: true,
    maxLoadingRetryTime: 500,
    enableAutoPipelining: false,
    lazyConnect: false,
    retryStrategy,
    reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? 1 : false),
    // Read by ioredis only where a Sentinel is configured.
    role: 'master',
    sentinelCommandTimeout: 500,
    sentinelRetryStrategy: retryStrategy,
    failoverDetector: true,
    // What the host may have set for its own commands.
    keyPrefix: '',
    readOnly: false,
    monitor: false,
    stringNumbers: false,
    replyMapping: 'legacy',
    showFriendlyErrorStack: false,
    scripts: {},
  };
}

/** Never gives up; jittered, so that the instances do not all return in the same moment. */
function retryStrategy(attempt: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempt, 10), LONGEST_RETRY_MS) + randomInt(100);
}

/** A connection of our own to the host's server. */
export function duplicateClient(client: HostRedisClient): RedisClient {
  if (client.isCluster === true) {
    throw new TypeError(
      'client is a Redis Cluster client, which is not supported yet: pass a client of one server or of Sentinel',
    );
  }
  // node-redis has `duplicate` too, but none of the rest.
  if (!('defineCommand' in client)) {
    throw new TypeError('client must be an ioredis client: other Redis clients do not fit');
  }
  return client.duplicate(strictOptions()) as RedisClient;
}

/** A connection from a URL. ioredis is loaded only here: hosts that pass a client bring their own. */
export function createClient(url: string): RedisClient {
  // The value is not shown: it holds the password.
  if (typeof url !== 'string' || !/^rediss?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new TypeError('url must be a redis: or rediss: URL, such as redis://localhost:6379/0');
  }
  const require = createRequire(import.meta.url);
  const { Redis } = require('ioredis') as typeof import('ioredis');
  return new Redis(url, strictOptions()) as unknown as RedisClient;
}
