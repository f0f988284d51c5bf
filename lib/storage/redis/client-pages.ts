/**
 * Turning the pages of the clients in Redis, by the indexes that stand beside their records.
 *
 * @module
 */
import { cursorAfter, isAfter, startOf, type ClientPosition } from '../client-cursor.ts';
import { isClientPlace } from '../ids.ts';
import type { ClientPage, ClientRecord, ListClients } from '../store.ts';
import { parseClient } from './client-record.ts';
import type { Commands } from './commands.ts';
import type { Keys } from './keys.ts';

interface Deps {
  readonly commands: Commands;
  readonly keys: Keys;
}

/** How much of an index is read at once. */
const BATCH = 100;

export async function listClients(deps: Deps, query: ListClients): Promise<ClientPage> {
  const { shards } = deps.keys;
  let position = startOf(query, shards.length);
  const clients: ClientRecord[] = [];
  for (;;) {
    const index = shards[position.shard]?.[query.used ? 'used' : 'unused'];
    if (index === undefined) return { clients };
    const missing = query.limit - clients.length;
    const entries = await entriesAfter(deps, index, position, missing);
    clients.push(...(await recordsOf(deps, entries)));
    const last = entries.at(-1);
    if (last && entries.length === missing) {
      position = last;
      // An index entry whose record has just gone leaves room for others.
      if (clients.length === query.limit) return { clients, cursor: cursorAfter(last) };
    } else {
      position = { shard: position.shard + 1, expires_at: 0, place: '' };
    }
  }
}

/** Redis orders the members of a sorted set by score, then by their bytes. */
async function entriesAfter(
  { commands }: Deps,
  index: string,
  position: ClientPosition,
  count: number,
): Promise<ClientPosition[]> {
  const from = Math.max(position.expires_at, commands.now());
  const found: ClientPosition[] = [];
  for (let offset = 0; found.length < count; offset += BATCH) {
    const read = await commands.range(index, { from, offset, count: BATCH });
    const entries = read.map(({ member, score }) => ({
      shard: position.shard,
      expires_at: score,
      place: member,
    }));
    found.push(...entries.filter((entry) => isAfter(entry, position)));
    if (read.length < BATCH) break;
  }
  return found.slice(0, count);
}

/** Without those that are gone by now. One that cannot be read is told to the log and left out. */
async function recordsOf(
  { commands, keys }: Deps,
  entries: readonly ClientPosition[],
): Promise<ClientRecord[]> {
  const named = entries.filter(({ place }) => isClientPlace(place));
  const now = commands.now();
  const records = await commands.texts(
    named.map(({ place }) => keys.clientAt(place)),
    (text, nth) => parseClient(text, named[nth]?.place ?? ''),
  );
  return records.filter((record) => now < record.expires_at);
}
