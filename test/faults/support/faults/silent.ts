/**
 * Servers that are gone, that stand still, or that take their time.
 *
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';
import { ask } from '../../../support/redis-ask.ts';
import type { FaultBench } from '../bench.ts';
import { frozen, killed, ONE, PLAIN, type Fault } from './fault.ts';

export const SILENT: readonly Fault[] = [
  {
    row: '1',
    name: 'the servers are killed',
    on: PLAIN,
    stops: 'everything',
    ms: 2_500,
    inject: killed,
  },
  {
    row: '2',
    name: 'the servers are frozen',
    on: PLAIN,
    stops: 'everything',
    ms: 4_000,
    inject: frozen,
  },
  {
    row: '2',
    name: 'all clients are paused',
    on: ONE,
    stops: 'everything',
    ms: 3_000,
    // Also whoever would end the pause: it ends by itself.
    inject: async (bench) => pausedFor(bench, 'ALL'),
  },
  {
    row: '2',
    name: 'writes are paused',
    on: ONE,
    stops: 'writes',
    ms: 3_000,
    inject: async (bench) => pausedFor(bench, 'WRITE'),
  },
  {
    row: '4',
    name: 'answers come 100 ms later',
    on: ONE,
    stops: 'nothing',
    ms: 3_000,
    inject: async ({ proxy }) => delayed(proxy, 100),
  },
  {
    row: '4',
    name: 'answers come 2 s later',
    on: ONE,
    stops: 'everything',
    ms: 4_000,
    inject: async ({ proxy }) => delayed(proxy, 2_000),
  },
];

async function pausedFor(
  { nodes: [node], healthy }: FaultBench,
  mode: 'ALL' | 'WRITE',
): Promise<() => Promise<void>> {
  if (!node) throw new Error('there is no server');
  await ask(node, 'CLIENT', 'PAUSE', '3000', mode);
  const over = wait(3_000);
  return async () => {
    await over;
    await healthy();
  };
}

async function delayed(proxy: FaultBench['proxy'], ms: number): Promise<() => Promise<void>> {
  if (!proxy) throw new Error('there is no proxy');
  proxy.delay(ms);
  return async () => proxy.delay(0);
}
