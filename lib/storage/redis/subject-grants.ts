/**
 * The grants of each person, in Redis: ids by their ends, in a slot of the person's own.
 *
 * The list stands in another slot than the grants, so it may lag behind them. Who reads it looks
 * whether a grant is still there, and a grant that is missing is added again when it is refreshed.
 *
 * @module
 */
import { MAX_GRANTS_PER_SUBJECT, type GrantRecord, type SubjectEntry } from '../store.ts';
import { surplusGrants } from '../surplus-grants.ts';
import type { Commands } from './commands.ts';
import { INDEX, script } from './script.ts';

/** KEYS: the person's grants. ARGV: how long the grant lives, its id. Answers how many there are. */
export const INDEX_GRANT = script(
  'dcrIndexGrant',
  1,
  ['indexed'],
  INDEX,
  `
put(KEYS[1], ARGV[5], now + tonumber(ARGV[4]))
drop(KEYS[1], ended(KEYS[1]))
return answer('indexed', redis.call('ZCARD', KEYS[1]))
`,
);

export interface SubjectGrantsDeps {
  readonly commands: Commands;
  /** Those of some grants that are alive, in the same order. */
  readonly living: (grantIds: readonly string[]) => Promise<readonly GrantRecord[]>;
  /** Whether this call ended the grant, and no other. */
  readonly end: (grantId: string) => Promise<boolean>;
}

/** Answers the grants that made room. */
export async function indexGrant(
  deps: SubjectGrantsDeps,
  key: string,
  entry: SubjectEntry,
): Promise<readonly GrantRecord[]> {
  const {
    values: [count = 0],
  } = await deps.commands.run({
    script: INDEX_GRANT,
    keys: [key],
    args: [entry.ttlMs, entry.grantId],
  });
  return count > MAX_GRANTS_PER_SUBJECT ? makeRoom(deps, key, entry) : [];
}

/** Ids of grants that may be alive, those that end first before the others. */
export async function subjectGrantIds(commands: Commands, key: string): Promise<string[]> {
  // A few more than there may be, for several may be added before the first makes room.
  const entries = await commands.range(key, {
    from: commands.now(),
    offset: 0,
    count: 2 * MAX_GRANTS_PER_SUBJECT,
  });
  return entries.map(({ member }) => member);
}

/** Those that were revoked make room first, then those that are alive; never the new one. */
async function makeRoom(
  { commands, living, end }: SubjectGrantsDeps,
  key: string,
  { grantId, clientId }: SubjectEntry,
): Promise<readonly GrantRecord[]> {
  const ids = (await subjectGrantIds(commands, key)).filter((id) => id !== grantId);
  const alive = await living(ids);
  const surplus = surplusGrants(alive, clientId);
  const ended = await Promise.all(surplus.map(({ grant_id }) => end(grant_id).catch(notKnown)));
  // One that could not be ended stays in the list, where the next one finds it.
  const staying = alive.filter((one) => ended[surplus.indexOf(one)] === undefined);
  const stays = new Set(staying.map(({ grant_id }) => grant_id));
  // What has ended is told, whatever becomes of the list: it may lag behind.
  await commands
    .drop(
      key,
      ids.filter((id) => !stays.has(id)),
    )
    .catch(notKnown);
  return surplus.filter((_, nth) => ended[nth]);
}

function notKnown(): undefined {
  return undefined;
}
