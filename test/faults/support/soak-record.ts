/**
 * The record of a soak, in Markdown: what was asked, what was done to the servers, what came of it.
 *
 * @module
 */
import type { Examination } from './examination.ts';
import type { Ledger } from './ledger.ts';
import type { Endpoint, Entry, TrafficRecord } from './record.ts';

/** One way to run Redis, for a part of the time. */
export interface SoakPart {
  readonly bench: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly record: TrafficRecord;
  readonly examination: Examination;
  readonly ledger: Ledger;
}

export interface SoakFacts {
  readonly seed: number;
  readonly seconds: number;
  /** Such as `Node 20.20.2`. */
  readonly versions: readonly string[];
}

/** Of the violations of a part: where one thing is broken, much is. */
export const LISTED = 20;

export function formatSoak(
  { seed, seconds, versions }: SoakFacts,
  parts: readonly SoakPart[],
): string {
  const violations = parts.flatMap(({ ledger }) => ledger.violations);
  return [
    '# The soak',
    '',
    'Mixed load on two instances, a random fault every 20 seconds, and the ledger at the end. Written by',
    '`npm run soak`; run it before a release and keep the record. Answers of 400 and 401 are requests that',
    'were wrong on purpose, or the price of a failover.',
    '',
    ...table(
      ['', ''],
      [
        ['Seed', String(seed)],
        ['Seconds', String(seconds)],
        ['Versions', versions.join(', ')],
        ['Requests', String(sum(parts, ({ record }) => record.entries.length))],
        ['Violations', violations.length === 0 ? 'none' : String(violations.length)],
      ],
    ),
    ...parts.flatMap(formatPart),
  ].join('\n');
}

function formatPart({
  bench,
  startedAt,
  endedAt,
  record,
  examination,
  ledger,
}: SoakPart): string[] {
  const { entries, faults } = record;
  const { clients, grants } = examination;
  const since = (at: number): string => ((at - startedAt) / 1_000).toFixed(1);
  const known = clients.filter(({ isKnown }) => isKnown).length;
  const alive = grants.filter(({ isAlive }) => isAlive).length;
  return [
    '',
    `## On ${bench}`,
    '',
    `${since(endedAt)} seconds. At the end ${known} of ${clients.length} registered clients are known,`,
    `${alive} of ${grants.length} grants live, ${ledger.excused} refusals followed from what a fault may cost.`,
    '',
    ...table(
      ['At (s)', 'Fault', 'For (s)', '503 meanwhile'],
      faults.map(({ name, from, to }) => [
        since(from),
        name,
        ((to - from) / 1_000).toFixed(1),
        String(entries.filter((entry) => isUnavailable(entry) && within(entry, from, to)).length),
      ]),
    ),
    '',
    ...table(
      [
        'Endpoint',
        'Answers',
        'Median (ms)',
        '99th (ms)',
        'Worst (ms)',
        'Worst without stalls (ms)',
      ],
      endpointsOf(entries).map((endpoint) => latencies(entries, endpoint)),
    ),
    ...ledger.violations
      .slice(0, LISTED)
      .flatMap(({ rule, detail }, i) => [
        ...(i === 0 ? ['', '### Violations', ''] : []),
        `- ${rule}: ${detail}`,
      ]),
  ];
}

function latencies(entries: readonly Entry[], endpoint: Endpoint): string[] {
  const asked = entries.filter((entry) => entry.endpoint === endpoint);
  const sorted = (took: (entry: Entry) => number): number[] =>
    asked.map(took).sort((a, b) => a - b);
  const raw = sorted(({ startedAt, endedAt }) => endedAt - startedAt);
  const net = sorted(({ startedAt, endedAt, stalledMs }) => endedAt - startedAt - stalledMs);
  const at = (values: readonly number[], share: number): string =>
    String(Math.round(values[Math.ceil(values.length * share) - 1] ?? 0));
  return [endpoint, statusCounts(asked), at(raw, 0.5), at(raw, 0.99), at(raw, 1), at(net, 1)];
}

function statusCounts(entries: readonly Entry[]): string {
  const counts = new Map<number, number>();
  for (const { status } of entries) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([status, count]) => `${status}: ${count}`)
    .join(', ');
}

function endpointsOf(entries: readonly Entry[]): Endpoint[] {
  return [...new Set(entries.map(({ endpoint }) => endpoint))].sort();
}

function isUnavailable({ status }: Entry): boolean {
  return status === 503;
}

function within({ startedAt }: Entry, from: number, to: number): boolean {
  return from <= startedAt && startedAt <= to;
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

/** Columns as wide as their widest cell, as the formatter of this repository wants them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((name, i) =>
    Math.max(3, name.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, i) => (cells[i] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
