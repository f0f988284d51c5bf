/**
 * What was measured at many clients, as tables for a document.
 *
 * @module
 */
import { markdownTable, ratio, whole } from '../report/markdown.ts';
import type { Disturbance } from './disturbance.ts';
import type { Cores, TwoInstances } from './instances.ts';
import { LOOK_NAMES, type ListingTimes, type Look } from './listing.ts';
import type { MemoryEach } from './memory.ts';
import type { ScaledOperation } from './operations.ts';
import type { Example } from './people.ts';
import type { Costs, Needs } from './sizing.ts';
import type { Spread } from './slots.ts';
import type { SweepTimes } from './sweep.ts';

export function requestsTable(operations: readonly ScaledOperation[]): string {
  const head = ['Operation', 'CPU', 'lowest - highest', 'CPU of Redis', 'requests/s', 'p50', 'p99'];
  const rows = operations.map(({ operation, cpuSpread: [lowest, highest], ...one }) => [
    `**${operation}**`,
    ...[ratio(one.cpu), `${ratio(lowest)} - ${ratio(highest)}`],
    ...[one.redisCpu, one.perSecond, one.p50, one.p99].map(ratio),
  ]);
  return markdownTable(head, rows);
}

export interface Lists {
  readonly listing: readonly [small: ListingTimes, large: ListingTimes];
  readonly sweep: readonly [small: SweepTimes, large: SweepTimes];
  readonly disturbance: Disturbance;
}

export function listsTable({ listing, sweep, disturbance }: Lists): string {
  const [few, many] = listing;
  const [short, long] = sweep;
  const looks = (Object.keys(LOOK_NAMES) as Look[]).map((look) => [
    LOOK_NAMES[look],
    ratio(many[look] / few[look]),
  ]);
  return markdownTable(
    ['What', 'many to few'],
    [
      ...looks,
      ['10 000 of `express-dcr clients list`, to those of 20 000', ratio(long.list / short.list)],
      [
        '`express-dcr reconcile --dry-run`, each client, to 20 000',
        ratio(long.dryRun / short.dryRun),
      ],
      ['`express-dcr reconcile`, each client, to 20 000', ratio(long.write / short.write)],
      [
        'a refresh while `reconcile` runs, to one while it is held: p50, p99',
        `${ratio(disturbance.p50)}, ${ratio(disturbance.p99)}`,
      ],
    ],
  );
}

/** @param ofMany - Bytes for each client where there are as many as there can be. */
export function memoryTable(each: MemoryEach, ofMany: number): string {
  const rows: readonly (readonly [string, string, number])[] = [
    ['a client, with its index entry', 'up to 180 days after its last use', each.client],
    ['the same, where there are many', 'the same', ofMany],
    ['an authorization in progress', '11 minutes', each.pending],
    ['a code beside it', '6 minutes', each.code],
    ['a grant with a refresh token', 'up to 90 days', each.grant],
    ['the index of a person, with one grant', 'as its last grant', each.indexOfPerson],
    ['each further grant in it', 'as the grant', each.indexEntry],
    ['a remembered consent', 'a year', each.consent],
    ['a count of a caller', 'a window of its limit', each.counter],
  ];
  return markdownTable(
    ['What', 'how long', 'bytes'],
    rows.map(([what, life, bytes]) => [what, life, whole(bytes)]),
    2,
  );
}

export function instancesTable(found: readonly TwoInstances[]): string {
  const head = [
    ...['Operation', 'requests/s to one', 'CPU to one', 'CPU to two servers apart'],
    ...['p99 to one', 'cores with one', 'cores with two'],
  ];
  const rows = found.map(({ operation, toOne, toTwoServers, coresOfOne, coresOfTwo }) => [
    `**${operation}**`,
    ...[toOne.perSecond, toOne.cpu, toTwoServers.cpu, toOne.p99].map(ratio),
    ...[coresOfOne, coresOfTwo].map(coresText),
  ]);
  return markdownTable(head, rows);
}

function coresText({ servers, driver, redis }: Cores): string {
  return [servers, driver, redis].map((busy) => busy.toFixed(1)).join(' + ');
}

export function slotsTable(spreads: readonly Spread[]): string {
  return markdownTable(
    ['Keys', 'hash tag', 'slots', 'fullest slot', 'fullest of 3 masters', 'fullest of 12'],
    spreads.map(({ what, tag, slotsInUse, fullestSlot, fullestOf3, fullestOf12 }) => [
      ...[what, tag, whole(slotsInUse)],
      ...[fullestSlot, fullestOf3, fullestOf12].map(ratio),
    ]),
    2,
  );
}

export function costsTable({ register, login, refresh }: Costs): string {
  const rows = {
    'a registration': register,
    'a login, to the tokens': login,
    'a refresh': refresh,
  };
  return markdownTable(
    ['What', 'Redis commands', 'ms of an instance', 'ms of Redis'],
    Object.entries(rows).map(([what, { commands, cpuMicros, redisCpuMicros }]) => [
      ...[what, whole(commands), (cpuMicros / 1000).toFixed(1)],
      (redisCpuMicros / 1000).toFixed(2),
    ]),
  );
}

export function sizingTable(examples: readonly (readonly [Example, Needs])[]): string {
  const head = [
    ...['Who', 'users', 'clients', 'logins a day', 'refreshes a day', 'grants', 'Redis memory'],
    ...['commands/s', 'Redis busy', 'cores busy', 'instances', 'a Cluster from users'],
  ];
  const rows = examples.map(([{ name, users, ...people }, needs]) => [
    ...[name, whole(users), whole(needs.clients)],
    ...[people.loginsPerUserADay, people.refreshesPerUserADay].map((aDay) => whole(aDay * users)),
    ...[whole(needs.grants), bytesText(needs.redisBytes), whole(needs.commandsPerSecond)],
    `${rounded(needs.redisBusy * 100)} %`,
    rounded(needs.coresBusy),
    whole(needs.instances),
    `${(needs.mostUsersOfOneServer / 1_000_000).toFixed(1)} million`,
  ]);
  return markdownTable(head, rows);
}

/** What it is about, and no more. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(2)));
}

function bytesText(bytes: number): string {
  return bytes < 2 ** 30 ? `${whole(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
