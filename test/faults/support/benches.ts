/**
 * The ways to run Redis on which the rows of the fault matrix are shown.
 *
 * @module
 */
import { ask } from '../../support/redis-ask.ts';
import { startRedisCluster } from '../../support/redis-cluster.ts';
import { startRedisProxy } from '../../support/redis-proxy.ts';
import { startRedisSentinel } from '../../support/redis-sentinel.ts';
import { PERSISTENT, startRedisServer } from '../../support/redis-server.ts';
import { createBench, type BenchName, type FaultBench } from './bench.ts';

/** Kept when the process is killed; without a disk in the measured times. */
const KEPT = [...PERSISTENT, '--appendfsync', 'no'];

/** A master that has lost its replicas stops taking writes, as the documentation recommends. */
const GUARDED = ['--min-replicas-to-write', '1', '--min-replicas-max-lag', '2'];

/** A master that is gone takes only its own slots with it, as the documentation recommends. */
const EACH_ITS_OWN = ['--cluster-require-full-coverage', 'no'];

export interface BenchKind {
  readonly name: BenchName;
  /** @param options - More arguments for each server. */
  start(options?: readonly string[]): Promise<FaultBench>;
}

/** Its files have room until they are written anew, which by default they are at 64 MiB. */
const DISK = { maxFileBytes: 96 * 1024 * 1024 };

/** One server, with a proxy before it. */
export const STANDALONE: BenchKind = {
  name: 'standalone',
  async start(options = KEPT) {
    const server = await startRedisServer(options, DISK);
    const proxy = await startRedisProxy(server.port);
    const servers = {
      name: 'standalone' as const,
      nodes: [server],
      masters: async () => [server],
      healthy: async () => {
        await ask(server, 'PING');
      },
      proxy,
      source: { url: proxy.url },
    };
    return createBench(servers, async () => {
      await proxy.close();
      await server.stop();
    });
  },
};

/** A master and two replicas, watched by three Sentinels. */
export const SENTINEL: BenchKind = {
  name: 'sentinel',
  async start(options = [...KEPT, ...GUARDED]) {
    const sentinel = await startRedisSentinel({ options });
    const servers = {
      name: 'sentinel' as const,
      sentinel,
      nodes: sentinel.nodes,
      masters: async () => [await sentinel.master()],
      healthy: sentinel.healthy,
      source: {
        sentinels: sentinel.sentinels.map(({ port }) => `127.0.0.1:${port}`),
        sentinelName: sentinel.name,
      },
    };
    return createBench(servers, sentinel.stop);
  },
};

/** Three masters, each with a replica. */
export const CLUSTER: BenchKind = {
  name: 'cluster',
  async start(options = [...KEPT, ...EACH_ITS_OWN]) {
    const cluster = await startRedisCluster({ options });
    const servers = {
      name: 'cluster' as const,
      cluster,
      nodes: cluster.nodes,
      masters: cluster.masters,
      healthy: cluster.healthy,
      source: { clusterNodes: cluster.nodes.map(({ port }) => `127.0.0.1:${port}`) },
    };
    return createBench(servers, cluster.stop);
  },
};

export const BENCHES: readonly BenchKind[] = [STANDALONE, SENTINEL, CLUSTER];
