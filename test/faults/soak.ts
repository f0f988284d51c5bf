/**
 * The soak: `npm run soak`. Mixed load on two instances, on each way to run Redis in turn, with a
 * random fault every 20 seconds, and the ledger at the end of each. Ten minutes, one where `CI` is
 * set; `SOAK_SECONDS` says otherwise, `SOAK_SEED` makes a run again, `SOAK_RECORD` is the file that
 * the record goes to.
 *
 * @module
 */
import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { info } from '../support/redis-ask.ts';
import { BENCHES, type BenchKind } from './support/benches.ts';
import { FAULTS } from './support/faults.ts';
import { createRandom, type Random } from './support/random.ts';
import { startRun } from './support/run.ts';
import { formatSoak, LISTED, type SoakPart } from './support/soak-record.ts';

const FAULT_EVERY_MS = 20_000;
const { env } = process;
const isCi = env['CI'] !== undefined;
const seconds = Number(env['SOAK_SECONDS'] ?? (isCi ? 60 : 600));
const seed = Number(env['SOAK_SEED'] ?? randomInt(2 ** 31));
const file = env['SOAK_RECORD'] ?? (isCi ? undefined : 'docs/soak.md');

console.log(`soak: seed ${seed}, ${seconds} seconds`);
const random = createRandom(seed);
const parts: SoakPart[] = [];
const versions = new Set([`Node ${process.versions.node}`]);
for (const kind of BENCHES)
  parts.push(await soakOn(kind, (seconds * 1_000) / BENCHES.length, random));

const text = `${formatSoak({ seed, seconds, versions: [...versions] }, parts)}\n`;
if (file === undefined) console.log(text);
else await writeFile(file, text);
const violations = parts.flatMap(({ ledger }) => ledger.violations);
for (const { rule, detail } of violations.slice(0, LISTED))
  console.error(`violation: ${rule}: ${detail}`);
console.log(
  `soak: ${violations.length === 0 ? 'no violations' : `${violations.length} violations`}`,
);
process.exitCode = violations.length === 0 ? 0 : 1;

async function soakOn(kind: BenchKind, ms: number, chance: Random): Promise<SoakPart> {
  const bench = await kind.start();
  const [node] = bench.nodes;
  if (node) versions.add(`Redis ${(await info(node, 'server'))['redis_version'] ?? '?'}`);
  const run = await startRun(bench, { seed: chance.between(1, 2 ** 31) });
  try {
    const startedAt = performance.now();
    // What loses all data on purpose would excuse everything before it.
    const faults = FAULTS.filter(({ on, row }) => on.includes(kind.name) && row !== '14');
    for (let begun = startedAt; begun + FAULT_EVERY_MS <= startedAt + ms;) {
      // Not in step with anything: some seconds of peace before, the others after.
      await wait(chance.between(1_000, 8_000));
      const fault = chance.pick(faults);
      console.log(`soak: ${kind.name}: ${fault.name}`);
      await run.during(fault);
      begun += FAULT_EVERY_MS;
      await wait(Math.max(0, begun - performance.now()));
    }
    const endedAt = performance.now();
    const { record, examination, ledger } = await run.finish();
    return { bench: kind.name, startedAt, endedAt, record, examination, ledger };
  } finally {
    await run.close();
    await bench.close();
  }
}
