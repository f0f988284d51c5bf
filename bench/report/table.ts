/**
 * What was measured, as a table for a document.
 *
 * @module
 */
import { markdownTable, ratio } from './markdown.ts';
import type { OperationSummary, Summary } from './summary.ts';

const HEAD = [
  ...['Operation', 'Server', 'CPU', 'lowest - highest', 'requests/s', 'p50', 'p99', 'memory'],
  ...['Redis round trips', 'commands', 'bytes'],
];

export function tableOf(operations: readonly OperationSummary[]): string {
  const rows = operations.flatMap(({ operation, contenders }) =>
    contenders.map((summary, nth) => [nth === 0 ? `**${operation}**` : '', ...cells(summary)]),
  );
  return markdownTable(HEAD, rows, 2);
}

function cells(summary: Summary): string[] {
  const { contender, cpu, cpuSpread, perSecond, p50, p99, memory, redis } = summary;
  const [lowest, highest] = cpuSpread;
  return [
    contender === 'express-dcr' ? `**${contender}**` : contender,
    ...[ratio(cpu), `${ratio(lowest)} - ${ratio(highest)}`],
    ...[perSecond, p50, p99, memory].map(ratio),
    ...[redis.roundTrips, redis.commands, redis.bytesSent + redis.bytesReceived].map(count),
  ];
}

function count(value: number): string {
  return String(Math.round(value));
}
