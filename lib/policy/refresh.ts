/**
 * When a grant gets a refresh token.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess
 * @module
 */
import type { Scope } from '../protocol/scope.ts';

/** The scope by which a client asks to stay connected. */
const OFFLINE_ACCESS: Scope = 'offline_access';

/**
 * Whether a grant can be refreshed. Decided once, when it is made: a policy that changes later
 * neither takes the ability away nor gives it.
 *
 * @param granted - What the person approved.
 * @param grantTypes - What the client registered.
 */
export function isRefreshable(granted: readonly Scope[], grantTypes: readonly string[]): boolean {
  return granted.includes(OFFLINE_ACCESS) && grantTypes.includes('refresh_token');
}
