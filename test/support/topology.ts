/**
 * The Redis of the running test: a topology, in the runs that are for one, or the one server of
 * `npm test`.
 *
 * @module
 */
import { Redis as Redis6, type Cluster as Cluster6 } from 'ioredis';
import type { Cluster as Cluster5, Redis as Redis5 } from 'ioredis-5';
import type { RedisSource } from '../../lib/storage/redis/redis-store.ts';
import { IOREDIS_CLIENTS, type ClientKind } from './ioredis-clients.ts';
import { lookInto } from './redis-ask.ts';
import type { Topology, TopologyName } from './redis-topologies.ts';
import { redisUrl } from './redis-url.ts';

/** Where the workers find what the setup of the run has started. */
export function topologyVariable(name: TopologyName): string {
  return `TEST_REDIS_TOPOLOGY_${name.toUpperCase().replace('-', '_')}`;
}

/** `undefined` in a run on the one server. */
export function currentTopology(): Topology | undefined {
  const { redisTopology } = globalThis as { redisTopology?: TopologyName };
  if (redisTopology === undefined) return undefined;
  const text = process.env[topologyVariable(redisTopology)];
  if (!text) throw new Error(`no ${redisTopology} is running: use npm run test:topologies`);
  return JSON.parse(text) as Topology;
}

/** What a store is given to be on it. */
export function redisSource(): RedisSource {
  return currentTopology()?.source ?? { url: redisUrl() };
}

/** Looks into every server that takes writes, from outside: one, or the masters of a Cluster. */
export async function onEveryServer<Seen>(look: (redis: Redis6) => Promise<Seen>): Promise<Seen[]> {
  const topology = currentTopology();
  const opened = topology ? topology.places.map(lookInto) : [new Redis6(redisUrl())];
  try {
    const roles = await Promise.all(opened.map((redis) => redis.role()));
    const masters = opened.filter((_redis, i) => String(roles[i]?.[0]) === 'master');
    return await Promise.all(masters.map(look));
  } finally {
    for (const redis of opened) redis.disconnect();
  }
}

/** Asks the server that holds a key, from outside. */
export async function atKey<Seen>(look: (redis: Redis6) => Promise<Seen>): Promise<Seen> {
  const answers = await onEveryServer(async (redis) => {
    try {
      return [await look(redis)];
    } catch (error) {
      // Of a Cluster, all but one say where it is.
      if (error instanceof Error && error.message.startsWith('MOVED ')) return [];
      throw error;
    }
  });
  const [seen, ...more] = answers.flat();
  if (seen === undefined || more.length > 0) throw new Error('one server has to hold the key');
  return seen;
}

/** A host's own client of the Redis of the running test, of each major version of ioredis. */
export interface HostClientKind {
  readonly name: string;
  connect(): Redis5 | Redis6 | Cluster5 | Cluster6;
}

export const HOST_CLIENTS: readonly HostClientKind[] = IOREDIS_CLIENTS.map((kind) => ({
  name: kind.name,
  connect: () => connectTo(kind, currentTopology()),
}));

function connectTo(
  { connect, connectSentinel, connectCluster }: ClientKind,
  topology: Topology | undefined,
): ReturnType<HostClientKind['connect']> {
  if (!topology) return connect(redisUrl());
  const { host } = topology;
  // The user may not say which library this is, and Redis would note that it tried.
  const user = { ...topology.user, disableClientInfo: true };
  const addresses = host.ports.map((port) => ({ host: '127.0.0.1', port }));
  const tls = host.tls && { tls: { ...host.tls } };
  switch (topology.name) {
    case 'tls':
      return connect(`rediss://127.0.0.1:${String(host.ports[0])}`, { ...user, ...tls });
    case 'sentinel':
    case 'sentinel-tls':
      return connectSentinel({
        sentinels: addresses,
        name: host.sentinelName ?? '',
        ...user,
        ...(tls && { ...tls, sentinelTLS: tls.tls, enableTLSForSentinelMode: true }),
      });
    case 'cluster':
    case 'cluster-tls':
      return connectCluster(addresses, { redisOptions: { ...user, ...tls } });
  }
}
