/**
 * Which grants of a person make room for one more.
 *
 * An app that a person allowed once may connect as often as it likes without asking: it must not push
 * out what other apps have. So those go that the app with the most has; no app with less than its even
 * share loses any.
 *
 * @module
 */
import { MAX_GRANTS_PER_SUBJECT, type GrantRecord } from './grant-store.ts';

/**
 * @param others - What there is beside the new one, those that end first before the others.
 * @param clientId - The client of the new one.
 */
export function surplusGrants(
  others: readonly GrantRecord[],
  clientId: string,
): readonly GrantRecord[] {
  const left = [...others];
  const surplus: GrantRecord[] = [];
  while (left.length >= MAX_GRANTS_PER_SUBJECT) {
    const counts = countsOf(left, clientId);
    const most = Math.max(...counts.values());
    const ofMost = left.filter(({ client_id }) => counts.get(client_id) === most);
    // Where others have as many, the one that comes makes its own room.
    const next = ofMost.find(({ client_id }) => client_id === clientId) ?? ofMost[0];
    if (!next) break;
    left.splice(left.indexOf(next), 1);
    surplus.push(next);
  }
  return surplus;
}

/** By the clients; that of the new one has one more than are there. */
function countsOf(grants: readonly GrantRecord[], clientId: string): ReadonlyMap<string, number> {
  const counts = new Map([[clientId, 1]]);
  for (const { client_id } of grants) counts.set(client_id, (counts.get(client_id) ?? 0) + 1);
  return counts;
}
