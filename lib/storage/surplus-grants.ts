/**
 * Which grants of a person end when there would be too many.
 *
 * Not simply those that end first: a client that was allowed once can be given grants without a
 * question, and by as many as there may be it would end those of every other client.
 *
 * @module
 */
import { MAX_GRANTS_PER_SUBJECT, type GrantRecord } from './grant-store.ts';

type Counted = Pick<GrantRecord, 'grant_id' | 'client_id'>;

/**
 * Each time the client that has the most loses one: the one that would end first.
 *
 * @param others - Those that are alive, by their ends, without the new one.
 * @param newcomer - The new one, which stays; `undefined` where it is not there yet.
 */
export function surplusGrants(
  others: readonly Counted[],
  newcomer: Pick<Counted, 'client_id'> | undefined,
): readonly string[] {
  const left = [...others];
  const counts = countsOf(newcomer ? [...others, newcomer] : others);
  const countOf = ({ client_id }: Counted): number => counts.get(client_id) ?? 0;
  const leaving: string[] = [];
  while (left.length + 1 > MAX_GRANTS_PER_SUBJECT) {
    const most = Math.max(...left.map(countOf));
    const [gone] = left.splice(
      left.findIndex((grant) => countOf(grant) === most),
      1,
    );
    if (!gone) break;
    counts.set(gone.client_id, most - 1);
    leaving.push(gone.grant_id);
  }
  return leaving;
}

function countsOf(grants: readonly Pick<Counted, 'client_id'>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { client_id } of grants) counts.set(client_id, (counts.get(client_id) ?? 0) + 1);
  return counts;
}
