/**
 * A master with two replicas, and three Sentinels that watch over them.
 *
 * @module
 */
import { ask, info, until } from './redis-ask.ts';
import { startRedisProcess, type ProcessOptions, type RedisProcess } from './redis-process.ts';
import { SERVER_OPTIONS } from './redis-server.ts';

export interface RedisSentinel {
  /** What the Sentinels call the master. */
  readonly name: string;
  readonly sentinels: readonly RedisProcess[];
  /** The master and its replicas, whichever is which. */
  readonly nodes: readonly RedisProcess[];
  /** As most of the Sentinels see it. */
  master(): Promise<RedisProcess>;
  replicas(): Promise<RedisProcess[]>;
  /**
   * Has the Sentinels make a replica the master; resolves when it is and all Sentinels say so. The
   * master before is told some seconds later, and goes on taking writes until then.
   */
  failover(): Promise<void>;
  /** Resolves when every node runs in its role and every Sentinel knows all of them. */
  healthy(): Promise<void>;
  stop(): Promise<void>;
}

export interface SentinelOptions {
  /** For each node; with `PERSISTENT` they keep their data. */
  readonly options?: readonly string[];
  readonly password?: string;
  /** For all of them, among each other too: nothing is said without TLS. */
  readonly tls?: ProcessOptions['tls'];
}

const NAME = 'dcr-master';
const REPLICAS = 2;
const SENTINELS = 3;

/**
 * How often a Sentinel looks for what has changed and tells the others, in milliseconds: ten and two
 * seconds by default. What a master that is gone costs is not changed by it.
 */
const PACE = ['INFO-PERIOD', '1000', 'PUBLISH-PERIOD', '500'] as const;

export async function startRedisSentinel({
  options = [],
  password,
  tls,
}: SentinelOptions = {}): Promise<RedisSentinel> {
  const secure = tls ? { tls } : {};
  const links = tls ? ['--tls-replication', 'yes'] : [];
  const started: RedisProcess[] = [];
  const keep = (process: RedisProcess): RedisProcess => {
    started.push(process);
    return process;
  };
  const stop = async (): Promise<void> => {
    // The Sentinels first: they would act on the end of the others.
    for (const process of [...started].reverse()) await process.stop();
  };
  try {
    const node = async (...more: string[]): Promise<RedisProcess> =>
      keep(
        await startRedisProcess({
          ...secure,
          options: [...SERVER_OPTIONS, ...links, ...options, ...more],
          password,
        }),
      );
    const first = await node();
    const nodes = [first];
    for (let i = 0; i < REPLICAS; i += 1) {
      nodes.push(await node('--replicaof', '127.0.0.1', String(first.port)));
    }
    const isLinked = async (replica: RedisProcess): Promise<boolean> =>
      (await info(replica, 'replication'))['master_link_status'] === 'up';
    // A Sentinel learns of the replicas from their master.
    await until('the replicas are linked', async () => all(nodes.slice(1), isLinked));

    const sentinels: RedisProcess[] = [];
    for (let i = 0; i < SENTINELS; i += 1) {
      const lines = watching(first.port, password);
      const sentinel = keep(
        await startRedisProcess({ ...secure, kind: 'sentinel', options: links, lines }),
      );
      await ask(sentinel, 'SENTINEL', 'DEBUG', ...PACE);
      sentinels.push(sentinel);
    }
    const sentinel = handle(nodes, sentinels, stop);
    await sentinel.healthy();
    return sentinel;
  } catch (error) {
    await stop();
    throw error;
  }
}

function watching(port: number, password: string | undefined): string[] {
  return [
    `sentinel monitor ${NAME} 127.0.0.1 ${String(port)} 2`,
    `sentinel down-after-milliseconds ${NAME} 1000`,
    `sentinel failover-timeout ${NAME} 5000`,
    ...(password === undefined ? [] : [`sentinel auth-pass ${NAME} ${password}`]),
  ];
}

function handle(
  nodes: readonly RedisProcess[],
  sentinels: readonly RedisProcess[],
  stop: () => Promise<void>,
): RedisSentinel {
  const portsSeen = async (): Promise<number[]> => {
    const seen = await Promise.all(
      sentinels.map((sentinel) =>
        ask(sentinel, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME).catch(() => null),
      ),
    );
    return seen.flatMap((address) => (Array.isArray(address) ? [Number(address[1])] : []));
  };
  const master = async (): Promise<RedisProcess> => {
    const seen = await portsSeen();
    const votes = (port: number): number => seen.filter((other) => other === port).length;
    const [port] = [...seen].sort((a, b) => votes(b) - votes(a));
    const node = nodes.find((candidate) => candidate.port === port);
    if (!node) throw new Error('no Sentinel knows a master');
    return node;
  };
  const replicas = async (): Promise<RedisProcess[]> => {
    const current = await master();
    return nodes.filter((node) => node !== current);
  };
  const isInRole = async (): Promise<boolean> => {
    const current = await master();
    if ((await info(current, 'replication'))['role'] !== 'master') return false;
    return all(await replicas(), async (replica) => {
      const replication = await info(replica, 'replication');
      const follows = replication['master_port'] === String(current.port);
      return follows && replication['master_link_status'] === 'up';
    });
  };
  const healthy = async (): Promise<void> => {
    await until('every node runs in its role', isInRole);
    await until('every Sentinel knows all nodes', async () => {
      const { port } = await master();
      return all(sentinels, async (sentinel) => {
        const known = fields(await ask(sentinel, 'SENTINEL', 'MASTER', NAME));
        return (
          known['port'] === String(port) &&
          known['flags'] === 'master' &&
          known['num-slaves'] === String(REPLICAS) &&
          known['num-other-sentinels'] === String(SENTINELS - 1)
        );
      });
    });
  };
  return {
    name: NAME,
    sentinels,
    nodes,
    master,
    replicas,
    healthy,
    stop,
    failover: async () => {
      const before = await master();
      const [sentinel] = sentinels;
      if (!sentinel) throw new Error('there is no Sentinel');
      // Refused for a while after the last one, and while no replica is known to be good.
      await until('a Sentinel begins the failover', async () => {
        return (await ask(sentinel, 'SENTINEL', 'FAILOVER', NAME)) === 'OK';
      });
      await until('all agree on another master', async () => {
        const seen = await portsSeen();
        return seen.length === SENTINELS && seen.every((port) => port !== before.port);
      });
      await until('it is one', async () => {
        return (await info(await master(), 'replication'))['role'] === 'master';
      });
    },
  };
}

/** A flat list of names and values, or a map, as an object. */
function fields(reply: unknown): Record<string, string> {
  if (!Array.isArray(reply)) return Object.fromEntries(Object.entries(reply as object));
  const texts = reply.map(String);
  return Object.fromEntries(
    texts.flatMap((name, i) => (i % 2 === 0 ? [[name, texts[i + 1] ?? '']] : [])),
  );
}

async function all<Item>(
  items: readonly Item[],
  holds: (item: Item) => Promise<boolean>,
): Promise<boolean> {
  return (await Promise.all(items.map(holds))).every(Boolean);
}
