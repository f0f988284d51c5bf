/**
 * Which Redis, and the connection of our own to it.
 *
 * @module
 */
import type { HostRedisClient, RedisClient } from './ioredis.ts';
import {
  prepareCluster,
  prepareSentinels,
  prepareUrl,
  RedisSourceError,
  type Connect,
  type RedisClusterSource,
  type RedisSentinelSource,
  type RedisUrlSource,
} from './own-connection.ts';
import { strictClusterOptions, strictOptions } from './strict-options.ts';

/** The host's ioredis client, of one server, of Sentinel or of a Cluster. */
export interface RedisClientSource {
  readonly client: HostRedisClient;
}

/** Which Redis: exactly one of these. */
export type RedisSource =
  RedisClientSource | RedisUrlSource | RedisSentinelSource | RedisClusterSource;

const KINDS = ['client', 'url', 'sentinels', 'clusterNodes'] as const;

/**
 * Checks everything that can be checked without connecting. Looks again at what the types say, for
 * hosts in JavaScript.
 *
 * @throws {RedisSourceError} When the source cannot be used.
 */
export function prepare(source: RedisSource): Connect {
  const values: Partial<Record<(typeof KINDS)[number], unknown>> = source;
  const [kind, ...more] = KINDS.filter((name) => (values[name] ?? undefined) !== undefined);
  if (kind === undefined || more.length > 0) {
    throw new RedisSourceError('source', `is not one of ${KINDS.join(', ')}`);
  }
  switch (kind) {
    case 'client':
      return prepareDuplicate((source as RedisClientSource).client);
    case 'url':
      return prepareUrl(source as RedisUrlSource);
    case 'sentinels':
      return prepareSentinels(source as RedisSentinelSource);
    case 'clusterNodes':
      return prepareCluster(source as RedisClusterSource);
  }
}

/** A connection of our own to the host's servers; the host's is left alone. */
function prepareDuplicate(client: HostRedisClient): Connect {
  // node-redis has `duplicate` too, but none of the rest.
  if (!('defineCommand' in client)) {
    throw new RedisSourceError('client', 'is not a client of ioredis; no other kind fits');
  }
  const duplicateOf = client.duplicate.bind(client) as (...override: unknown[]) => RedisClient;
  if (client.isCluster !== true) return () => duplicateOf(strictOptions());
  // ioredis 5 would put ours in the place of the host's, with its user and its certificates.
  const { options } = client as { options?: { redisOptions?: Readonly<Record<string, unknown>> } };
  return () => duplicateOf([], strictClusterOptions(options?.redisOptions));
}
