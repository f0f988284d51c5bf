/**
 * Turning the pages of all grants in Redis: there is no index of them, so everything is looked through.
 *
 * @module
 */
import type { GrantPage } from '../store.ts';
import type { Commands } from './commands.ts';
import { parseGrant } from './grant-record.ts';
import type { Keys } from './keys.ts';
import { cursorOf, positionOf, SCAN_COUNT } from './scanned-keys.ts';

interface Deps {
  readonly commands: Commands;
  readonly keys: Keys;
}

export async function scanGrants(
  { commands, keys }: Deps,
  cursor: string | undefined,
): Promise<GrantPage> {
  const { keys: names, next, entries } = await commands.scan(positionOf(cursor), keys.grantPattern);
  const found = names.filter((name) => keys.grantIdOf(name) !== undefined);
  const read = await commands.hashes(found, (fields, nth) =>
    parseGrant(fields, keys.grantIdOf(found[nth] ?? '') ?? ''),
  );
  const now = commands.now();
  return {
    grants: read.filter(({ expires_at, ends_at }) => now < Math.min(expires_at, ends_at)),
    ...cursorOf(next),
    looked: SCAN_COUNT,
    entries,
  };
}
