/**
 * When a grant gets a refresh token.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess
 * @module
 */
import { OFFLINE_ACCESS, type Scope } from '../protocol/scope.ts';
import type { ScopePolicy } from './scope-policy.ts';

/** What a refresh token takes beside the registered grant: the scope, or nothing. */
export type RefreshTokenRule = 'offline_access' | 'grant_type';

/**
 * Whether a grant can be refreshed. Decided once, when it is made: a policy that changes later
 * neither takes the ability away nor gives it.
 *
 * @param granted - What the person approved.
 * @param grantTypes - What the client registered.
 * @param isWithheld - See {@link isStayingWithheld}: a rule that asks for no scope does not go over
 * the head of whoever withholds that scope.
 */
export function isRefreshable(
  granted: readonly Scope[],
  grantTypes: readonly string[],
  { rule, isWithheld }: { readonly rule: RefreshTokenRule; readonly isWithheld: boolean },
): boolean {
  const isGiven = granted.includes(OFFLINE_ACCESS) || (rule === 'grant_type' && !isWithheld);
  return isGiven && mayRefresh(grantTypes);
}

/**
 * Whether the client may use refresh tokens at all (RFC 7591 §2). That is its own word, and counts for
 * what it has from before too: who gives the grant type back has no use for them until it takes it again.
 *
 * @param grantTypes - Those of now.
 */
export function mayRefresh(grantTypes: readonly string[]): boolean {
  return grantTypes.includes('refresh_token');
}

/** Whether staying connected is something that the operator, or this person, does not give. */
export function isStayingWithheld(
  { supported, registrable }: Pick<ScopePolicy, 'supported' | 'registrable'>,
  grantable: readonly Scope[] | undefined,
): boolean {
  if (!supported.includes(OFFLINE_ACCESS)) return false;
  const givers = [registrable, grantable ?? registrable];
  return !givers.every((scopes) => scopes.includes(OFFLINE_ACCESS));
}
