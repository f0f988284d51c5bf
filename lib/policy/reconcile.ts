/**
 * The note on the record of a client, of what it was answered: how far that is what it would be answered
 * now, and what is left of it where the note is the rule.
 *
 * @module
 */
import type { RegisteredScope, Scope } from '../protocol/scope.ts';
import { HOOK_RULE } from './baseline.ts';
import { licensedPolicy, type ScopePolicy } from './scope-policy.ts';

/** What a client would be answered now and was not, and the other way round. */
export interface NoteChange {
  readonly added: readonly RegisteredScope[];
  readonly removed: readonly RegisteredScope[];
}

/**
 * Compares a note with what the policy of this moment comes to.
 *
 * @returns `undefined` when they are the same. Two empty lists: the same scopes, and other reasons for
 * them or another order.
 */
export function noteChange(
  noted: readonly RegisteredScope[],
  computed: readonly RegisteredScope[],
): NoteChange | undefined {
  if (isSame(noted, computed)) return undefined;
  return { added: beyond(computed, noted), removed: beyond(noted, computed) };
}

/**
 * What stands of a note where the note is the rule: as much as can be registered now. What the baseline
 * brought is held against what everybody may have, what the client brought against its licence.
 *
 * @param licence - What an initial access token allowed; absent: as for everybody.
 */
export function standingScopes(
  policy: ScopePolicy,
  noted: readonly RegisteredScope[],
  licence?: readonly Scope[],
): RegisteredScope[] {
  const own = licensedPolicy(policy, licence);
  return noted.filter(({ scope, origin }) =>
    (typeof origin === 'object' ? policy : own).registrable.includes(scope),
  );
}

/**
 * What the policy comes to, for somebody who cannot run the baseline function: what it added before
 * stays, as far as it can be registered now.
 */
export function withNotedHook(
  policy: Pick<ScopePolicy, 'registrable'>,
  computed: readonly RegisteredScope[],
  noted: readonly RegisteredScope[],
): RegisteredScope[] {
  const kept = beyond(noted, computed).filter(
    ({ scope, origin }) =>
      typeof origin === 'object' &&
      origin.baseline === HOOK_RULE &&
      policy.registrable.includes(scope),
  );
  return [...computed, ...kept];
}

function beyond(
  some: readonly RegisteredScope[],
  others: readonly RegisteredScope[],
): RegisteredScope[] {
  const known = new Set(others.map(({ scope }) => scope));
  return some.filter(({ scope }) => !known.has(scope));
}

function isSame(some: readonly RegisteredScope[], others: readonly RegisteredScope[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ scope, origin }, nth) => {
      const other = others[nth];
      return other?.scope === scope && reasonOf(other.origin) === reasonOf(origin);
    })
  );
}

/** A rule may have any name, also that of another reason. */
function reasonOf(origin: RegisteredScope['origin']): string {
  return typeof origin === 'object' ? `rule ${origin.baseline}` : origin;
}
