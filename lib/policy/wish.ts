/**
 * What a client asks for when it updates its registration. Most send back what they were told, and what
 * the operator added to their wish is in there.
 *
 * @module
 */
import { scopesBeyond, type RegisteredScope, type Scope } from '../protocol/scope.ts';
import { addedByBaseline } from './baseline.ts';

/** What a client was told, and what it had asked for. */
export interface ToldScopes {
  /** Absent when it asked for nothing. */
  readonly requested?: readonly Scope[] | undefined;
  /** Each answer that is known of: by the note on its record, and by the policy of now. */
  readonly told: readonly (readonly RegisteredScope[])[];
}

/**
 * An answer that is sent back whole is no new wish. Of any other set, what the baseline brought is still
 * the baseline's: else a gift would become a wish by the way, and outlive the policy. A client that
 * sends nothing else has chosen it.
 *
 * @returns `undefined` when it goes on asking for nothing.
 */
export function wishOf(
  sent: readonly Scope[],
  { requested, told }: ToldScopes,
): readonly Scope[] | undefined {
  if (told.some((answer) => isSameSet(sent, answer))) return requested;
  const gifts = told.flatMap(addedByBaseline).map(({ scope }) => scope);
  const own = scopesBeyond(sent, scopesBeyond(gifts, requested ?? []));
  return own.length > 0 ? own : sent;
}

function isSameSet(sent: readonly Scope[], answer: readonly RegisteredScope[]): boolean {
  const scopes = answer.map(({ scope }) => scope);
  return scopesBeyond(sent, scopes).length === 0 && scopesBeyond(scopes, sent).length === 0;
}
