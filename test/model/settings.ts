/**
 * What the instances of the model are set to, and what follows from it for a client.
 */
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';

/**
 * Every clock here is moved by multiples of twenty seconds, and no lifetime or window is one: each
 * is ten away from the next. So Redis, whose clock goes on by itself, may be some seconds ahead of
 * the model, and it is certain all the same what is over.
 */
export const TICK_SECONDS = 20;

export const CODE_TTL = 310;
export const ACCESS_TTL = 130;
export const IDLE_TTL = 3_610;
export const GRANT_TTL = 7_210;
/** A request that is sent twice, and the window of the refresh token before, as documented. */
export const DOUBLED_WITHIN = 10;
export const GRACE = 30;
/** As long as a page can be answered; the model leaves it alone then. */
export const PAGE_TTL = 600;

export const LIFETIMES: Partial<AuthorizationServerOptions> = {
  codeTtlSeconds: CODE_TTL,
  accessTokenTtlSeconds: ACCESS_TTL,
  refreshTokenTtlSeconds: IDLE_TTL,
  grantMaxTtlSeconds: GRANT_TTL,
};

/** Of the API that asks about access tokens. */
export const API_SECRET = 'a-secret-of-an-API-that-is-long-enough-for-it';

/** What an operator may have set. */
export interface Policy {
  readonly scopesSupported: readonly string[];
  readonly baselineClientScopes: readonly string[];
}

export const POLICIES: readonly Policy[] = [
  {
    scopesSupported: ['openid', 'profile', 'notes:read', 'offline_access'],
    baselineClientScopes: ['notes:read'],
  },
  { scopesSupported: ['openid', 'profile', 'offline_access'], baselineClientScopes: [] },
  { scopesSupported: ['openid', 'profile'], baselineClientScopes: [] },
];

/** With what clients register, one after the other. */
export const WISHES: readonly string[] = [
  'openid profile notes:read offline_access',
  'openid offline_access',
];

/** What is asked for. */
export const SCOPES: readonly string[] = [
  'openid profile notes:read offline_access',
  'openid offline_access',
  'notes:read offline_access',
  'openid notes:read',
];

export function wishOf(client: number): string {
  return WISHES[client % WISHES.length] ?? '';
}

/** What a client may have by a policy. */
export function ceilingOf(policy: Policy, client: number): readonly string[] {
  const wanted = [...wishOf(client).split(' '), ...policy.baselineClientScopes];
  return wanted.filter((scope) => policy.scopesSupported.includes(scope));
}
