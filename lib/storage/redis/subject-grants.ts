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
  /** A grant, for as long as it lives. */
  readonly find: (grantId: string) => Promise<GrantRecord | undefined>;
  readonly revoke: (grantId: string) => Promise<void>;
}

export async function indexGrant(
  deps: SubjectGrantsDeps,
  key: string,
  { grantId, ttlMs }: SubjectEntry,
): Promise<void> {
  const {
    values: [count = 0],
  } = await deps.commands.run({
    script: INDEX_GRANT,
    keys: [key],
    args: [ttlMs, grantId],
  });
  if (count > MAX_GRANTS_PER_SUBJECT) await makeRoom(deps, key, grantId);
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

/** Those that were revoked make room first, then those of the client that has most; never the new one. */
async function makeRoom(deps: SubjectGrantsDeps, key: string, newId: string): Promise<void> {
  const ids = (await subjectGrantIds(deps.commands, key)).filter((id) => id !== newId);
  const [newcomer, ...found] = await Promise.all([newId, ...ids].map((id) => deps.find(id)));
  const living = found.filter((grant) => grant !== undefined);
  const surplus = surplusGrants(living, newcomer);
  const leaving = [...ids.filter((_, nth) => !found[nth]), ...surplus];
  await Promise.all([...surplus.map((id) => deps.revoke(id)), deps.commands.drop(key, leaving)]);
}
