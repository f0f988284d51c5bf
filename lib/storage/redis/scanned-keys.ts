/**
 * The names of all keys, some at a time and from one server after the other: for sweeps that an operator
 * starts, never for a request.
 *
 * @see https://redis.io/docs/latest/commands/scan/
 * @module
 */
import { ArgumentError } from '../../diagnostics/argument-error.ts';
import { mastersOf, type RedisClient, type RedisNode } from './ioredis.ts';

/** So much of a server is looked at in one breath. */
export const SCAN_COUNT = 500;

/** Where a sweep has come to: which of the servers that take writes, and where on it. */
export interface ScanPosition {
  readonly server: number;
  /** `0` at the beginning, and again after the last part. */
  readonly cursor: string;
}

/** A part of the names of all keys. */
export interface ScannedKeys {
  readonly keys: readonly string[];
  /** Absent after the last part of the last server. */
  readonly next?: ScanPosition;
  /** How many keys there are on all servers. */
  readonly entries: number;
}

/**
 * Where a sweep goes on, from what the page before said.
 *
 * @throws {TypeError} For what no page said.
 */
export function positionOf(cursor = '0.0'): ScanPosition {
  const [, server, position] = /^(\d{1,4})\.(\d{1,20})$/.exec(cursor) ?? [];
  if (server === undefined || position === undefined) {
    throw new ArgumentError('the cursor is not one that a page came with');
  }
  return { server: Number(server), cursor: position };
}

/** What a page says of where the next one begins. */
export function cursorOf(next: ScanPosition | undefined): { cursor?: string } {
  return next ? { cursor: `${String(next.server)}.${next.cursor}` } : {};
}

/** @param pattern - As Redis matches. */
export async function scanKeys(
  client: RedisClient,
  { server, cursor }: ScanPosition,
  pattern: string,
): Promise<ScannedKeys> {
  const servers = [...mastersOf(client)].sort(byAddress);
  const asked = servers[server];
  // There are fewer than there were: what is left of them has been looked at.
  if (!asked) return { keys: [], entries: 0 };
  const [[next, keys], ...sizes] = await Promise.all([
    asked.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT),
    ...servers.map((one) => one.dbsize()),
  ]);
  const entries = sizes.reduce((sum, size) => sum + size, 0);
  if (next !== '0') return { keys, entries, next: { server, cursor: next } };
  const isLast = server + 1 >= servers.length;
  return { keys, entries, ...(!isLast && { next: { server: server + 1, cursor: '0' } }) };
}

/** In an order that stays from one part to the next. */
function byAddress(one: RedisNode, other: RedisNode): number {
  return addressOf(one) < addressOf(other) ? -1 : 1;
}

function addressOf({ options: { host = '', port = 0 } }: RedisNode): string {
  return `${host}:${String(port)}`;
}
