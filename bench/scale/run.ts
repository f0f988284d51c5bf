/**
 * Measures what becomes of the server with many clients, and what so many people need:
 * `npm run bench:scale`.
 *
 * @module
 */
import { parseArgs } from 'node:util';
import type { Extent } from '../measure.ts';
import { present } from '../present.ts';
import { fillDocument } from '../report/document.ts';
import { requestCosts } from './costs.ts';
import { disturbance } from './disturbance.ts';
import { twoInstances } from './instances.ts';
import { listingTimes } from './listing.ts';
import { memoryEach } from './memory.ts';
import { scaledOperations } from './operations.ts';
import { EXAMPLES } from './people.ts';
import { startSite, type Site } from './site.ts';
import { needsOf } from './sizing.ts';
import { slotSpreads } from './slots.ts';
import { sweepTimes } from './sweep.ts';
import * as tables from './tables.ts';

const { values } = parseArgs({
  options: {
    /** How many clients are many, and how many few. */
    clients: { type: 'string', default: '1000000' },
    small: { type: 'string', default: '1000' },
    /** many, instances or slots. */
    part: { type: 'string', multiple: true },
    /** Of the processes that requests are measured at. */
    starts: { type: 'string', default: '5' },
    /** For each start. */
    rounds: { type: 'string', default: '3' },
    requests: { type: 'string', default: '500' },
    'warm-up': { type: 'string', default: '4000' },
    workers: { type: 'string', default: '16' },
    /** How many of each kind are made where their memory is measured. */
    records: { type: 'string', default: '10000' },
    /** The part of a core that each of two instances is held to; 0 where there are cores enough. */
    'cores-each': { type: 'string', default: '0.3' },
    /** Puts the tables into the document. */
    write: { type: 'boolean', default: false },
  },
});
const extent: Extent = {
  rounds: Number(values.rounds),
  requests: Number(values.requests),
  warmUp: Number(values['warm-up']),
  workers: Number(values.workers),
};
const starts = Number(values.starts);
/** Where a process is started once, it has the rounds of all starts. */
const atOneStart: Extent = { ...extent, rounds: starts * extent.rounds };
const clients = Number(values.clients);
const small = Number(values.small);
const records = Number(values.records);
/** With a thousand a sweep is over before the program that does it has been compiled. */
const SWEPT = Math.min(20_000, clients);
const measured = new Map<string, string>();
const parts = { many: atMany, instances: twoOfThem, slots: inACluster };
const wanted = Object.entries(parts).filter(([name]) => values.part?.includes(name) ?? true);
if (wanted.length === 0) throw new Error(`there is no such part: ${String(values.part)}`);

for (const [, part] of wanted) await part();
if (values.write) await fillDocument(measured);

/** All that needs so many clients in one go, for it takes minutes to make them. */
async function atMany(): Promise<void> {
  const sites: Site[] = [];
  try {
    const few = await startSite(small);
    sites.push(few);
    const many = await startSite(clients);
    sites.push(many);
    await memoryAndSizing(few, many);
    const swept = await startSite(SWEPT);
    sites.push(swept);
    await lists({ few, swept, many });
    // Last, for the small site grows by it.
    tell('requests', tables.requestsTable(await scaledOperations(few, many, extent, starts)));
  } finally {
    await Promise.all(sites.map((site) => site.stop()));
  }
}

async function memoryAndSizing(few: Site, many: Site): Promise<void> {
  const bytes = await memoryEach(records);
  tell('memory', tables.memoryTable(bytes, many.seededBytes / clients));
  const costs = { bytes, ...(await requestCosts(few, extent.requests)) };
  tell('costs', tables.costsTable(costs));
  const needs = EXAMPLES.map((example) => [example, needsOf(example, costs)] as const);
  tell('sizing', tables.sizingTable(needs));
}

async function lists({ few, swept, many }: Record<'few' | 'swept' | 'many', Site>): Promise<void> {
  const [ofFew, ofMany] = await listingTimes([few, many], atOneStart.rounds);
  const disturbed = await disturbance(many);
  const sweep = [await sweepTimes(swept), await sweepTimes(many)] as const;
  const listing = [present(ofFew), present(ofMany)] as const;
  tell('lists', tables.listsTable({ listing, sweep, disturbance: disturbed }));
}

async function twoOfThem(): Promise<void> {
  tell(
    'instances',
    tables.instancesTable(
      await twoInstances(atOneStart, Number(values['cores-each']) || undefined),
    ),
  );
}

async function inACluster(): Promise<void> {
  tell('slots', tables.slotsTable(slotSpreads(clients)));
}

function tell(part: string, table: string): void {
  measured.set(`npm run bench:scale, ${part}`, table);
  console.log(`\n${part}\n\n${table}`);
}
