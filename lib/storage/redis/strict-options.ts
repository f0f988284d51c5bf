/**
 * Options under which ioredis sends a command once or not at all. With its defaults it sends a command
 * again whose reply was lost, and what was queued during an outage long after the caller has given up.
 *
 * @module
 */
import { randomInt } from 'node:crypto';

type Options = Readonly<Record<string, unknown>>;

const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 1_000;

/** For a connection to one server, found directly or through Sentinel. */
export function strictOptions(): Options {
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
    // `CLIENT SETINFO` would need a permission of its own, and Redis before 7.2 does not know it.
    disableClientInfo: true,
    retryStrategy,
    // For each refused command anew, with a listener and a timer each: ours does it once (connection.ts).
    reconnectOnError: null,
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

/**
 * For a Cluster.
 *
 * @param node - What the host has set for its connections to each server: address family, TLS, user.
 */
export function strictClusterOptions(node: Options = {}): Options {
  return {
    redisOptions: { ...node, ...strictOptions(), lazyConnect: true },
    // Also a command that was sent and whose connection then broke would be sent again.
    retryDelayOnFailover: 0,
    // A server that we are just connecting to is worth waiting for: what is left of the deadline.
    enableOfflineQueue: true,
    // Refused before it is run: moved, migrating, no majority. Safe to ask again, in the deadline.
    maxRedirections: 4,
    retryDelayOnMoved: 0,
    retryDelayOnClusterDown: 50,
    retryDelayOnTryAgain: 50,
    slotsRefreshTimeout: 500,
    clusterRetryStrategy,
    clusterNodeRetryStrategy: null,
    scaleReads: 'master',
    enableReadyCheck: true,
    enableAutoPipelining: false,
    shardedSubscribers: false,
    lazyConnect: false,
    keyPrefix: '',
    scripts: {},
  };
}

/** Never gives up; jittered, so that the instances do not all return in the same moment. */
function retryStrategy(attempt: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempt, 10), LONGEST_RETRY_MS) + randomInt(100);
}

interface Emitter {
  emit(event: 'error', error: Error): unknown;
}

/** ioredis tells nobody else why it found no server to begin with, such as a name that is not known. */
function clusterRetryStrategy(this: Emitter, attempt: number, reason?: Error): number {
  if (reason) this.emit('error', reason);
  return retryStrategy(attempt);
}
