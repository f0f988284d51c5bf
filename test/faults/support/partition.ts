/**
 * A master that its replicas do not hear any more, while its clients and the Sentinels still reach it.
 *
 * Freezing the replicas would not show it: what is sent to them waits in the kernel, and they have it
 * when they go on.
 *
 * @module
 */
import { ask, info, until } from '../../support/redis-ask.ts';
import type { RedisProcess } from '../../support/redis-process.ts';
import { startRedisProxy, type RedisProxy } from '../../support/redis-proxy.ts';
import type { RedisSentinel } from '../../support/redis-sentinel.ts';

export interface Partition {
  /** The one that is cut off. */
  readonly master: RedisProcess;
  /**
   * Has the Sentinels make a replica the master, and ends the partition after that. Resolves when the
   * one before has been told; until then it goes on as far as its settings let it.
   */
  promote(): Promise<void>;
}

/** For so long do the Sentinels leave replicas alone that follow another address than the master's. */
const LEFT_ALONE_MS = 60_000;

export async function cutOff(sentinel: RedisSentinel): Promise<Partition> {
  const master = await sentinel.master();
  const replicas = await sentinel.replicas();
  const setTimeoutOf = async (ms: number): Promise<void> => {
    for (const place of sentinel.sentinels) {
      await ask(place, 'SENTINEL', 'SET', sentinel.name, 'failover-timeout', String(ms));
    }
  };
  const [place] = sentinel.sentinels;
  if (!place) throw new Error('there is no Sentinel');
  const before = await failoverTimeoutOf(place, sentinel.name);
  await setTimeoutOf(LEFT_ALONE_MS);
  const proxies: RedisProxy[] = [];
  // One after the other, for a master that has none at all takes no writes.
  for (const replica of replicas) {
    const proxy = await startRedisProxy(master.port);
    proxies.push(proxy);
    await follow(replica, Number(new URL(proxy.url).port));
  }
  const heals = proxies.map((proxy) => proxy.isolate());
  return {
    master,
    promote: async () => {
      await sentinel.failover();
      const { port } = await sentinel.master();
      const others = replicas.filter((replica) => replica.port !== port);
      for (const other of others) await until('the others follow it', () => follows(other, port));
      for (const heal of heals) heal();
      await sentinel.healthy();
      await setTimeoutOf(before);
      for (const proxy of proxies) await proxy.close();
    },
  };
}

async function follow(replica: RedisProcess, port: number): Promise<void> {
  await ask(replica, 'REPLICAOF', '127.0.0.1', String(port));
  await until('the replica is linked', () => follows(replica, port));
}

async function follows(replica: RedisProcess, port: number): Promise<boolean> {
  const replication = await info(replica, 'replication');
  const isLinked = replication['master_link_status'] === 'up';
  return isLinked && replication['master_port'] === String(port);
}

async function failoverTimeoutOf(place: RedisProcess, name: string): Promise<number> {
  const known: unknown = await ask(place, 'SENTINEL', 'MASTER', name);
  const fields = Array.isArray(known) ? known.map(String) : Object.entries(known as object).flat();
  return Number(fields[fields.indexOf('failover-timeout') + 1]);
}
