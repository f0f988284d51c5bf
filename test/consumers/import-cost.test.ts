import { describe, expect, it } from '@jest/globals';
import { textOf } from '../house/files.ts';
import { run } from './support/run.ts';

/**
 * How far a machine may be from what the README says, either way. Processors, versions of Node and the
 * load of the moment are in it: what is found is a part that should be late, or a README that is old.
 */
const MARGIN = 1.5;

/** Of several, the least counts: whatever else there is only ever adds. On a busy machine it takes more. */
const ROUNDS = 7;
const MOST_ROUNDS = 28;

/** Milliseconds, as the README has them. */
function stated(): { esm: number; cjs: number; express: number } {
  const [, esm, cjs, express] =
    /some (\d+) ms with ES modules and (\d+) ms with CommonJS where Express alone takes (\d+)/.exec(
      textOf('README.md'),
    ) ?? [];
  return { esm: Number(esm), cjs: Number(cjs), express: Number(express) };
}

/** How many times what Express costs, which every app pays for. Both are asked in turn, as load comes and goes. */
async function timesExpress(script: string, entry: string, expected: number): Promise<number> {
  const least = { [entry]: Infinity, express: Infinity };
  const times = (): number => (least[entry] ?? NaN) / least.express;
  const isFarOff = (): boolean => times() > expected * MARGIN || times() < expected / MARGIN;
  for (let round = 0; round < ROUNDS || (isFarOff() && round < MOST_ROUNDS); round += 1) {
    for (const [name, cost] of Object.entries(least)) {
      const { stdout } = await run({ app: 'express-5', args: [script, name] });
      least[name] = Math.min(cost, Number(stdout));
    }
  }
  return times();
}

describe('what an import costs', () => {
  it('is promised by the README: no more than 150 ms where Express takes 70', () => {
    const { esm, cjs, express } = stated();
    expect(esm / express).toBeLessThanOrEqual(150 / 70);
    expect(cjs / esm).toBeLessThanOrEqual(1);
  });

  it.each([
    { script: 'import-cost.mjs', kind: 'esm' },
    { script: 'import-cost.cjs', kind: 'cjs' },
  ] as const)('is what the README says: $script', async ({ script, kind }) => {
    const figures = stated();
    const times = figures[kind] / figures.express;
    const cost = await timesExpress(script, 'express-dcr', times);
    expect(cost).toBeLessThan(times * MARGIN);
    expect(cost).toBeGreaterThan(times / MARGIN);
  });

  // The README has no figure for it: that it has no part of a server is a matter of loaded.test.ts.
  it.each([
    { script: 'import-cost.mjs', times: 0.8 },
    { script: 'import-cost.cjs', times: 0.33 },
  ])('is little for an API in another process: $script', async ({ script, times }) => {
    const cost = await timesExpress(script, 'express-dcr/resource', times);
    expect(cost).toBeLessThan(times * MARGIN);
  });
});
