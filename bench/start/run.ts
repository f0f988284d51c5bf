/**
 * Measures what it costs to start, against importing Express alone: `npm run bench:start`. Ends with an
 * error when an import does more than being an import.
 *
 * @module
 */
import { parseArgs } from 'node:util';
import { startRedisServer } from '../../test/support/redis-server.ts';
import { fillDocument } from '../report/document.ts';
import { markdownTable, ratio } from '../report/markdown.ts';
import { importCost, type ImportCost } from './import-cost.ts';
import { answerOf } from './probe.ts';
import { serverCost, STEP_NAMES, type ServerCost, type Step } from './server-cost.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    /** Puts the table into the document. */
    write: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);

for (const kind of ['esm', 'cjs']) {
  const done = (await answerOf('import-watch', [kind, 'express-dcr'])) as string[];
  for (const one of done) console.error(`an import (${kind}) does more: ${one}`);
  if (done.length > 0) process.exitCode = 1;
}
const redis = await startRedisServer();
try {
  const table = tableOf(await importCost(rounds), await serverCost(redis.url, rounds));
  console.log(table);
  if (values.write) await fillDocument(new Map([['npm run bench:start', table]]));
} finally {
  await redis.stop();
}

function tableOf({ esm, cjs, dependencies, own }: ImportCost, server: ServerCost): string {
  // What is next to nothing would only be noise.
  const seen = dependencies.filter(([, cost]) => cost >= 0.02);
  const rest = dependencies.filter(([, cost]) => cost < 0.02);
  const sum = rest.reduce((total, [, cost]) => total + cost, 0);
  const rows: readonly (readonly [string, number])[] = [
    ['`import express`, alone', 1],
    ['**`import express-dcr`**, Express in it', esm],
    ...seen.map(([name, cost]) => [`of that: ${name}`, cost] as const),
    [`of that: ${rest.map(([name]) => name).join(', ')}`, sum],
    ['of that: its own files', own],
    ["**`require('express-dcr')`**, to `require('express')`", cjs],
    ...(Object.keys(STEP_NAMES) as Step[]).map((step) => [STEP_NAMES[step], server[step]] as const),
  ];
  return markdownTable(
    ['What', 'CPU, to an import of Express'],
    rows.map(([what, cost]) => [what, ratio(cost)]),
  );
}
