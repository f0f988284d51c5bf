/**
 * What an import costs, and what of it goes where.
 *
 * @module
 */
import { Least } from './least.ts';
import { importedAtOnce } from './modules.ts';
import { answerOf } from './probe.ts';

/** As a ratio to importing Express alone, in the same way. */
export interface ImportCost {
  /** The whole, Express in it. */
  readonly esm: number;
  readonly cjs: number;
  /** Of `esm`: each dependency when Express is there, and those before it. */
  readonly dependencies: readonly (readonly [name: string, cost: number])[];
  /** Of `esm`: the package's own files. */
  readonly own: number;
}

/** In turn, and of several rounds the least: whatever else there is only ever adds. */
export async function importCost(rounds: number): Promise<ImportCost> {
  const names = importedAtOnce();
  const loaded = {
    express: new Least(() => costs('esm', ['express'])),
    esm: new Least(() => costs('esm', ['express-dcr'])),
    required: new Least(() => costs('cjs', ['express'])),
    cjs: new Least(() => costs('cjs', ['express-dcr'])),
    inParts: new Least(() => costs('esm', ['express', ...names, 'express-dcr'])),
  };
  for (let round = 0; round < rounds; round += 1) {
    for (const one of Object.values(loaded)) await one.again();
  }
  const { express, esm, required, cjs, inParts } = loaded;
  const ratio = (nth: number): number => inParts.at(nth) / express.at(0);
  return {
    esm: esm.at(0) / express.at(0),
    cjs: cjs.at(0) / required.at(0),
    dependencies: grouped(names.map((name, nth) => [name, ratio(nth + 1)])),
    own: ratio(names.length + 1),
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
