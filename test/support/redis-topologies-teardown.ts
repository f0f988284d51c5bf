/**
 * Stops the topologies of the run.
 *
 * @module
 */
import type { RunningTopology } from './redis-topologies.ts';

export default async function tearDown(): Promise<void> {
  const running = Reflect.get(globalThis, '__testRedisTopologies') as
    readonly RunningTopology[] | undefined;
  await Promise.all((running ?? []).map(({ stop }) => stop()));
}
