/**
 * Starts every topology for the run. The test files keep apart by random key prefixes.
 *
 * Jest compiles this file and nothing that it imports, hence the loader.
 *
 * @module
 */
import { tsImport } from 'tsx/esm/api';

export default async function setUp(): Promise<void> {
  const load = async <Module>(path: string): Promise<Module> =>
    (await tsImport(path, import.meta.url)) as Module;
  const { START, TOPOLOGIES } =
    await load<typeof import('./redis-topologies.ts')>('./redis-topologies.ts');
  const { topologyVariable } = await load<typeof import('./topology.ts')>('./topology.ts');
  const running = await Promise.all(TOPOLOGIES.map((name) => START[name]()));
  // Where the teardown finds them; both run in the same process.
  Reflect.set(globalThis, '__testRedisTopologies', running);
  for (const { topology } of running) {
    // The workers are started after this and inherit it.
    process.env[topologyVariable(topology.name)] = JSON.stringify(topology);
  }
}
