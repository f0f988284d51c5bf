/**
 * What an import costs, and what of it goes where.
 *
 * @module
 */
import { median } from '../report/summary.ts';
import { importedAtOnce } from './modules.ts';
import { answerOf } from './probe.ts';

/** As a ratio to importing Express alone, in the same round and in the same way. */
export interface ImportCost {
  /** The whole, Express in it. */
  readonly esm: number;
  readonly cjs: number;
  /** Of `esm`: each dependency when Express is there, and those before it. */
  readonly dependencies: readonly (readonly [name: string, cost: number])[];
  /** Of `esm`: the package's own files. */
  readonly own: number;
}

interface Round {
  readonly esm: number;
  readonly cjs: number;
  readonly dependencies: readonly number[];
  readonly own: number;
}

export async function importCost(rounds: number): Promise<ImportCost> {
  const names = importedAtOnce();
  const all: Round[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await oneRound(names));
  const of = (cost: (round: Round) => number): number => median(all.map(cost));
  return {
    esm: of(({ esm }) => esm),
    cjs: of(({ cjs }) => cjs),
    dependencies: grouped(
      names.map((name, nth) => [name, of((one) => one.dependencies[nth] ?? 0)]),
    ),
    own: of(({ own }) => own),
  };
}

async function oneRound(names: readonly string[]): Promise<Round> {
  const [express] = await costs('esm', ['express']);
  const [esm] = await costs('esm', ['express-dcr']);
  const [required] = await costs('cjs', ['express']);
  const [cjs] = await costs('cjs', ['express-dcr']);
  const inParts = await costs('esm', ['express', ...names, 'express-dcr']);
  const ratio = (micros = NaN, to = express): number => micros / (to ?? NaN);
  return {
    esm: ratio(esm),
    cjs: ratio(cjs, required),
    dependencies: inParts.slice(1, -1).map((micros) => ratio(micros)),
    own: ratio(inParts.at(-1)),
  };
}

async function costs(kind: 'esm' | 'cjs', names: readonly string[]): Promise<number[]> {
  return (await answerOf('import-probe', [kind, ...names])) as number[];
}

/** By package, the dearest first. */
function grouped(
  costs: readonly (readonly [string, number])[],
): (readonly [name: string, cost: number])[] {
  const sums = new Map<string, number>();
  for (const [name, cost] of costs) {
    const owner = name.split('/')[0] ?? name;
    sums.set(owner, (sums.get(owner) ?? 0) + cost);
  }
  return [...sums].sort(([, one], [, other]) => other - one);
}
