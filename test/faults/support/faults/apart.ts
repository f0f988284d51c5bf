/**
 * What only Sentinels meet: a master that is apart from its replicas, or away together with them.
 *
 * @module
 */
import { info, until } from '../../../support/redis-ask.ts';
import { cutOff } from '../partition.ts';
import { frozen, justBefore, killed, type Fault } from './fault.ts';

/**
 * How long a master that takes no writes without replicas goes on without them, at most: with
 * `min-replicas-max-lag 2` the third whole second of silence, and one until it looks.
 */
export const UNNOTICED_MS = 4_000;

export const APART: readonly Fault[] = [
  {
    row: '8',
    name: 'the master is cut off from its replicas and one of them takes over',
    on: ['sentinel'],
    stops: 'writes',
    ms: 5_000,
    loses: ({ since }) => ({ from: since - UNNOTICED_MS, to: since }),
    inject: async ({ sentinel }) => {
      if (!sentinel) throw new Error('there are no Sentinels');
      const { master, promote } = await cutOff(sentinel);
      await until('it has noticed', async () => {
        return (await info(master, 'replication'))['min_slaves_good_slaves'] === '0';
      });
      return promote;
    },
  },
  {
    row: '1',
    name: 'the master and all its replicas are killed',
    on: ['sentinel'],
    stops: 'everything',
    ms: 2_500,
    // Whichever of them comes back as the master.
    loses: justBefore,
    inject: killed,
  },
  {
    row: '2',
    name: 'the master and all its replicas are frozen',
    on: ['sentinel'],
    stops: 'everything',
    ms: 4_000,
    loses: justBefore,
    inject: frozen,
  },
  {
    row: '2',
    name: 'the master is frozen and goes on when a replica has its place',
    on: ['sentinel'],
    stops: 'some',
    ms: 4_000,
    loses: justBefore,
    inject: async ({ sentinel, healthy }) => {
      if (!sentinel) throw new Error('there are no Sentinels');
      const master = await sentinel.master();
      master.pause();
      return async () => {
        await until('there is another master', async () => (await sentinel.master()) !== master);
        master.resume();
        await healthy();
      };
    },
  },
];
