/**
 * When a consent is remembered, and what for.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-8.6
 * @module
 */
import { isLoopbackHost } from '../protocol/loopback.ts';
import { OFFLINE_ACCESS, scopesBeyond, uniqueScopes, type Scope } from '../protocol/scope.ts';
import { parseUrl } from '../protocol/parse-url.ts';

/** Counted from the person's own click: what is given unasked does not renew it. */
export const CONSENT_TTL_MS = 365 * 24 * 60 * 60 * 1000;

/** How long it is kept that a person has ended all of them: longer than any of before can live. */
export const ENDED_CONSENTS_TTL_MS = CONSENT_TTL_MS + 24 * 60 * 60 * 1000;

/**
 * Whether answers at this redirect URI may come from a consent of earlier. Only where a host name
 * proves who gets them: anybody may listen on a loopback port or claim a private-use scheme.
 *
 * @param redirect_uri - As registered by some client.
 */
export function isRememberable(redirect_uri: string): boolean {
  if (redirect_uri.startsWith('http:')) return false;
  const uri = parseUrl(redirect_uri);
  return uri?.protocol === 'https:' && !isLoopbackHost(uri.hostname);
}

/** What somebody allows: scopes, and whether the client stays connected when they have gone. */
export interface Allowance {
  readonly scopes: readonly Scope[];
  readonly refreshable: boolean;
}

/** An allowance as one list: to stay connected is remembered by the name of the scope that says so. */
function listed({ scopes, refreshable }: Allowance): readonly Scope[] {
  return refreshable ? uniqueScopes([...scopes, OFFLINE_ACCESS]) : scopes;
}

/** Whether everything that would be given has been allowed before. */
export function isAllowedBefore(allowed: readonly Scope[], wanted: Allowance): boolean {
  return wanted.scopes.length > 0 && scopesBeyond(listed(wanted), allowed).length === 0;
}

/**
 * What to remember after a decision: what was not on the page stays, what was on it is as the
 * person left it.
 *
 * @param before - What was allowed before, as far as it still counts.
 */
export function allowedAfter(
  before: readonly Scope[],
  shown: Allowance,
  chosen: Allowance,
): readonly Scope[] {
  return uniqueScopes([...unseenOf(before, shown), ...listed(chosen)]);
}

/** What was allowed before and was not on the page: nobody has allowed it anew. */
export function unseenOf(before: readonly Scope[], shown: Allowance): readonly Scope[] {
  return scopesBeyond(before, listed(shown));
}
