/**
 * Servers that change places, and data that goes.
 *
 * @module
 */
import { ask, until } from '../../../support/redis-ask.ts';
import { nodesSeenBy } from '../../../support/redis-cluster-view.ts';
import { NODE_TIMEOUT_MS } from '../../../support/redis-cluster.ts';
import { ALL, BEHIND_MS, justBefore, type Fault } from './fault.ts';

export const CHANGING: readonly Fault[] = [
  {
    row: '7',
    name: 'the master is killed and comes back as a replica',
    on: ['sentinel'],
    stops: 'some',
    ms: 4_000,
    loses: justBefore,
    inject: async ({ sentinel, healthy }) => {
      if (!sentinel) throw new Error('there are no Sentinels');
      const master = await sentinel.master();
      await master.kill();
      return async () => {
        await until('there is another master', async () => (await sentinel.master()) !== master);
        await master.restart();
        await healthy();
      };
    },
  },
  {
    row: '10',
    name: 'a replica is made the master',
    on: ['sentinel'],
    stops: 'perhaps',
    ms: 2_000,
    // The master before goes on until a Sentinel tells it.
    loses: ({ from, to }) => ({ from: from - BEHIND_MS, to }),
    inject: async ({ sentinel, healthy }) => {
      if (!sentinel) throw new Error('there are no Sentinels');
      await sentinel.failover();
      return healthy;
    },
  },
  {
    row: '11',
    name: 'one of the masters is killed and its replica takes over',
    on: ['cluster'],
    stops: 'some',
    ms: 5_000,
    loses: justBefore,
    inject: async ({ cluster, healthy }, note) => {
      const [master] = (await cluster?.masters()) ?? [];
      if (!cluster || !master) throw new Error('there is no Cluster');
      const seen = await nodesSeenBy(master);
      const slots = seen.find(({ port }) => port === master.port)?.slots ?? [];
      const killedAt = performance.now();
      await master.kill();
      const replaced = until('its replica took over', async () => {
        const masters = await cluster.masters();
        return masters.length === 3 && !masters.includes(master);
      }).then(() => performance.now());
      replaced.catch(() => undefined);
      return async () => {
        // Of that a second is ours; the rest the servers take, which are slower on a busy machine.
        const inTime = killedAt + 2 * NODE_TIMEOUT_MS + 1_000;
        note({ slots, replacedBy: Math.max(inTime, (await replaced) + 1_000) });
        await master.restart();
        await healthy();
      };
    },
  },
  {
    row: '10',
    name: 'a replica takes the place of its master in good order',
    on: ['cluster'],
    stops: 'nothing',
    ms: 1_000,
    inject: async ({ cluster, healthy }) => {
      const [master] = (await cluster?.masters()) ?? [];
      if (!cluster || !master) throw new Error('there is no Cluster');
      await cluster.failover(master);
      return healthy;
    },
  },
  {
    row: '13',
    name: 'slots move from one master to another',
    on: ['cluster'],
    stops: 'nothing',
    ms: 1_000,
    inject: async ({ cluster, healthy }) => {
      const [from, to] = (await cluster?.masters()) ?? [];
      if (!cluster || !from || !to) throw new Error('there is no Cluster');
      const moved = cluster.reshard(from, to, 1_000);
      return async () => {
        await moved;
        await healthy();
      };
    },
  },
  {
    row: '14',
    name: 'the data is flushed',
    on: ALL,
    stops: 'nothing',
    ms: 500,
    loses: ({ to }) => ({ from: -Infinity, to }),
    inject: async ({ masters }) => {
      await Promise.all((await masters()).map((node) => ask(node, 'FLUSHALL')));
      return async () => undefined;
    },
  },
];
