/**
 * Where a page of clients begins: behind the last client of the page before.
 *
 * @module
 */
import type { ClientRecord, ListClients } from './store.ts';
import { isClientId } from './ids.ts';

/** A place in the order of clients: by shard, then by the end of the record, then by id. */
export interface ClientPosition {
  readonly shard: number;
  readonly expires_at: number;
  readonly client_id: string;
}

const FIRST: ClientPosition = { shard: 0, expires_at: 0, client_id: '' };
const MAX_LIMIT = 100;

/** @throws {TypeError} For a limit or a cursor that is not one of ours. */
export function startOf({ limit, cursor }: ListClients, shards: number): ClientPosition {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new TypeError(`limit must be a whole number from 1 to ${String(MAX_LIMIT)}`);
  }
  if (cursor === undefined) return FIRST;
  const [, shard = '', end = '', client_id = ''] =
    /^(\d{1,3})\.(\d{1,16})\.(.+)$/.exec(cursor) ?? [];
  if (!isClientId(client_id) || Number(shard) >= shards) {
    throw new TypeError('cursor is not one that a page came with');
  }
  return { shard: Number(shard), expires_at: Number(end), client_id };
}

export function cursorAfter({ shard, expires_at, client_id }: ClientPosition): string {
  return [shard, expires_at, client_id].join('.');
}

/** Whether a client stands behind a position of the same shard. */
export function isAfter(
  client: Pick<ClientRecord, 'expires_at' | 'client_id'>,
  position: ClientPosition,
): boolean {
  if (client.expires_at !== position.expires_at) return client.expires_at > position.expires_at;
  return client.client_id > position.client_id;
}
