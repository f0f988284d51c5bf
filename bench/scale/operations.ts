/**
 * What requests cost where there are many clients, against where there are few: the same rounds in turn.
 *
 * @module
 */
import { measure, type Extent } from '../measure.ts';
import { operations } from '../operations/index.ts';
import { present } from '../present.ts';
import { compared, median, ratios, type Comparison } from '../report/summary.ts';
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
): Promise<ScaledOperation[]> {
  const scaled: ScaledOperation[] = [];
  for (const name of MEASURED) {
    const operation = present(operations.find((one) => one.name === name));
    const measured = await measure(operation, [small.server, large.server], extent);
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
