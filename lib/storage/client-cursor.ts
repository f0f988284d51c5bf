/**
 * Where a page of clients begins: behind the last client of the page before.
 *
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';
import type { ListClients } from './store.ts';
import { isClientPlace } from './ids.ts';

/** A position in the order of clients: by shard, by the end of the record, by where it is kept. */
export interface ClientPosition {
  readonly shard: number;
  readonly expires_at: number;
  readonly place: string;
}

const FIRST: ClientPosition = { shard: 0, expires_at: 0, place: '' };
const MAX_LIMIT = 100;

/** @throws {TypeError} For a limit or a cursor that is not one of ours. */
export function startOf({ limit, cursor }: ListClients, shards: number): ClientPosition {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new ArgumentError(`limit must be a whole number from 1 to ${String(MAX_LIMIT)}`);
  }
  if (cursor === undefined) return FIRST;
  const [, shard = '', end = '', place = ''] = /^(\d{1,3})\.(\d{1,16})\.(.+)$/.exec(cursor) ?? [];
  if (!isClientPlace(place) || Number(shard) >= shards) {
    throw new ArgumentError('cursor is not one that a page came with');
  }
  return { shard: Number(shard), expires_at: Number(end), place };
}

export function cursorAfter({ shard, expires_at, place }: ClientPosition): string {
  return [shard, expires_at, place].join('.');
}

/** Whether a client stands behind a position of the same shard. */
export function isAfter(
  client: Pick<ClientPosition, 'expires_at' | 'place'>,
  position: ClientPosition,
): boolean {
  if (client.expires_at !== position.expires_at) return client.expires_at > position.expires_at;
  return client.place > position.place;
}
