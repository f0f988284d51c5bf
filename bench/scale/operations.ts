/**
 * What requests cost where there are many clients, against where there are few: the same rounds in turn,
 * to processes that have done nothing else before.
 *
 * @module
 */
import { measure, type Extent, type Measured } from '../measure.ts';
import { operations } from '../operations/index.ts';
import type { Operation } from '../operations/operation.ts';
import { present } from '../present.ts';
import { compared, median, ofAllStarts, ratios, type Comparison } from '../report/summary.ts';
import type { Site } from './site.ts';

/** Those that ask Redis. To register comes last, for the small site grows by it. */
const MEASURED = ['refresh', 'code to tokens', 'authorize', 'register'];

/** The large site as a ratio to the small one. */
export interface ScaledOperation extends Comparison {
  readonly operation: string;
  readonly redisCpu: number;
  /** For each request, at the large site. */
  readonly commands: number;
  /** Microseconds of the Redis server for each request, at the large site. */
  readonly redisCpuMicros: number;
  /** Microseconds of the server for each request, at the large site. */
  readonly cpuMicros: number;
}

export async function scaledOperations(
  small: Site,
  large: Site,
  extent: Extent,
  starts: number,
): Promise<ScaledOperation[]> {
  const scaled: ScaledOperation[] = [];
  for (const name of MEASURED) {
    const operation = present(operations.find((one) => one.name === name));
    const each: Measured[][] = [];
    for (let start = 0; start < starts; start += 1)
      each.push(await oneStart(operation, [small, large], extent));
    const measured = ofAllStarts(each);
    const [base, one] = [present(measured[0]), present(measured[1])];
    scaled.push({
      operation: name,
      ...compared(one, base),
      redisCpu: median(ratios(one, base, ({ redisCpuMicros }) => redisCpuMicros)),
      commands: one.redis.commands,
      redisCpuMicros: median(one.rounds.map(({ redisCpuMicros }) => redisCpuMicros)),
      cpuMicros: median(one.rounds.map(({ cpuMicros }) => cpuMicros)),
    });
  }
  return scaled;
}

/** What a process did before decides what of it has been compiled, and how. */
async function oneStart(
  operation: Operation,
  sites: readonly Site[],
  extent: Extent,
): Promise<Measured[]> {
  const servers = await Promise.all(sites.map((site) => site.startInstance()));
  try {
    return await measure(operation, servers, extent);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}
