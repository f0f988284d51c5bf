/**
 * A Redis Cluster: three masters, each with a replica.
 *
 * @module
 */
import { ask, info, until } from './redis-ask.ts';
import { idOf, nodesSeenBy, SLOTS, slotCount, type SeenNode } from './redis-cluster-view.ts';
import { moveSlots } from './redis-cluster-slots.ts';
import { startRedisProcess, type ProcessOptions, type RedisProcess } from './redis-process.ts';
import { SERVER_OPTIONS } from './redis-server.ts';

export interface RedisCluster {
  /** All six, whichever is which. */
  readonly nodes: readonly RedisProcess[];
  /** Those that hold slots now, by their first one. */
  masters(): Promise<RedisProcess[]>;
  /** The one that holds the slot of a key now. */
  masterOf(key: string): Promise<RedisProcess>;
  replicaOf(master: RedisProcess): Promise<RedisProcess>;
  /** Makes the replica of a master the master, in good order; resolves with it when all know. */
  failover(master: RedisProcess): Promise<RedisProcess>;
  /** Moves the first slots of a master to another one, with the keys in them. */
  reshard(from: RedisProcess, to: RedisProcess, slots: number): Promise<void>;
  /** Resolves when all nodes agree that every slot is served and every replica linked. */
  healthy(): Promise<void>;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** For each node; with `PERSISTENT` they keep their data. */
  readonly options?: readonly string[];
  readonly password?: string;
  /** For all of them, among each other too: nothing is said without TLS. */
  readonly tls?: ProcessOptions['tls'];
}

const MASTERS = 3;
const NODES = 2 * MASTERS;
/** How long a node may be silent until the others hold it for dead. */
export const NODE_TIMEOUT_MS = 2_000;

export async function startRedisCluster({
  options = [],
  password,
  tls,
}: ClusterOptions = {}): Promise<RedisCluster> {
  const links = tls ? ['--tls-cluster', 'yes', '--tls-replication', 'yes'] : [];
  const nodes: RedisProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  const cluster = ['--cluster-enabled', 'yes', '--cluster-node-timeout', String(NODE_TIMEOUT_MS)];
  try {
    for (let i = 0; i < NODES; i += 1) {
      const all = [...SERVER_OPTIONS, ...cluster, ...links, ...options];
      nodes.push(
        await startRedisProcess({ ...(tls && { tls }), kind: 'cluster', options: all, password }),
      );
    }
    await join(nodes);
    const handle = handleOf(nodes, stop);
    await handle.healthy();
    return handle;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Makes one Cluster of them: the first half masters, the others their replicas. */
async function join(nodes: readonly RedisProcess[]): Promise<void> {
  for (const [i, node] of nodes.entries()) {
    // Two nodes with one epoch would have to find that out first.
    await ask(node, 'CLUSTER', 'SET-CONFIG-EPOCH', String(i + 1));
    if (i >= MASTERS) continue;
    const [first, end] = [i, i + 1].map((n) => Math.floor((SLOTS * n) / MASTERS));
    await ask(node, 'CLUSTER', 'ADDSLOTSRANGE', String(first), String(Number(end) - 1));
  }
  for (const node of nodes) {
    for (const other of nodes) {
      if (other !== node) await ask(node, 'CLUSTER', 'MEET', '127.0.0.1', String(other.port));
    }
  }
  await until('all nodes have met', async () =>
    everyone(nodes, (seen) => seen.length === NODES && seen.every(({ alive }) => alive)),
  );
  for (const [i, node] of nodes.slice(MASTERS).entries()) {
    const master = nodes[i];
    if (master) await ask(node, 'CLUSTER', 'REPLICATE', await idOf(master));
  }
}

function handleOf(nodes: readonly RedisProcess[], stop: () => Promise<void>): RedisCluster {
  const processOf = ({ port }: SeenNode): RedisProcess => {
    const found = nodes.find((node) => node.port === port);
    if (!found) throw new Error(`no node of ours listens on port ${String(port)}`);
    return found;
  };
  /** As the first one sees it that answers and belongs to the majority. */
  const seen = async (): Promise<SeenNode[]> => {
    for (const node of nodes) {
      const answer = await answerOf(node);
      if (answer) return answer;
    }
    throw new Error('no node answers');
  };
  const masters = async (): Promise<RedisProcess[]> =>
    (await seen())
      .filter((node) => node.role === 'master' && slotCount(node) > 0)
      .sort((a, b) => Number(a.slots[0]?.[0]) - Number(b.slots[0]?.[0]))
      .map(processOf);
  const replicaOf = async (master: RedisProcess): Promise<RedisProcess> => {
    const all = await seen();
    const id = all.find(({ port }) => port === master.port)?.id;
    const replica = all.find(({ masterId, alive }) => masterId === id && alive);
    if (!replica) throw new Error(`the node on port ${String(master.port)} has no replica`);
    return processOf(replica);
  };
  const healthy = async (): Promise<void> => {
    await until('every slot is served and every replica linked', () => isHealthy(nodes));
  };
  return {
    nodes,
    masters,
    replicaOf,
    healthy,
    stop,
    masterOf: async (key) => {
      const any = (await masters())[0];
      if (!any) throw new Error('there is no master');
      const slot = Number(await ask(any, 'CLUSTER', 'KEYSLOT', key));
      const holds = ({ slots }: SeenNode): boolean =>
        slots.some(([first, last]) => first <= slot && slot <= last);
      const holder = (await seen()).find(holds);
      if (!holder) throw new Error(`slot ${String(slot)} is held by no node`);
      return processOf(holder);
    },
    failover: async (master) => {
      const replica = await replicaOf(master);
      await ask(replica, 'CLUSTER', 'FAILOVER');
      await until('the replica is the master for all', async () =>
        everyone(nodes, (all) => all.find(({ port }) => port === replica.port)?.role === 'master'),
      );
      await healthy();
      return replica;
    },
    reshard: async (from, to, slots) => {
      await moveSlots({ from, to, all: await masters(), count: slots });
      await healthy();
    },
  };
}

/** What a node that takes part has to say; `undefined` from one that is away or alone. */
async function answerOf(node: RedisProcess): Promise<SeenNode[] | undefined> {
  try {
    const state = String(await ask(node, 'CLUSTER', 'INFO'));
    return state.includes('cluster_state:ok') ? await nodesSeenBy(node) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it is so for every node. */
async function everyone(
  nodes: readonly RedisProcess[],
  holds: (seen: readonly SeenNode[], node: RedisProcess) => boolean,
): Promise<boolean> {
  const answers = await Promise.all(
    nodes.map(async (node) => holds(await nodesSeenBy(node), node)),
  );
  return answers.every(Boolean);
}

async function isHealthy(nodes: readonly RedisProcess[]): Promise<boolean> {
  const agreed = await everyone(nodes, (seen) => {
    const masters = seen.filter((node) => slotCount(node) > 0);
    const served = masters.reduce((sum, node) => sum + slotCount(node), 0);
    const isFollowed = ({ id }: SeenNode): boolean => seen.some(({ masterId }) => masterId === id);
    return (
      seen.length === NODES &&
      seen.every(({ alive }) => alive) &&
      served === SLOTS &&
      masters.length === MASTERS &&
      masters.every(isFollowed)
    );
  });
  if (!agreed) return false;
  const serving = await Promise.all(
    nodes.map(async (node) => {
      const state = String(await ask(node, 'CLUSTER', 'INFO'));
      const replication = await info(node, 'replication');
      const linked = replication['role'] === 'master' || replication['master_link_status'] === 'up';
      return state.includes('cluster_state:ok') && linked;
    }),
  );
  return serving.every(Boolean);
}
