/**
 * When a grant gets a refresh token.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess
 * @module
 */
import { OFFLINE_ACCESS, type Scope } from '../protocol/scope.ts';

/** What a refresh token takes beside the registered grant: the scope, or nothing. */
export type RefreshTokenRule = 'offline_access' | 'grant_type';

/**
 * Whether a grant can be refreshed. Decided once, when it is made: a policy that changes later
 * neither takes the ability away nor gives it.
 *
 * @param granted - What the person approved.
 * @param grantTypes - What the client registered.
 */
export function isRefreshable(
  granted: readonly Scope[],
  grantTypes: readonly string[],
  rule: RefreshTokenRule,
): boolean {
  const isAsked = rule === 'grant_type' || granted.includes(OFFLINE_ACCESS);
  return isAsked && grantTypes.includes('refresh_token');
}
