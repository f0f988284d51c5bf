/**
 * What of a request a person can give, and what of it they choose to.
 *
 * @module
 */
import type { Person } from '../login/port.ts';
import { isRefreshable, isStayingWithheld, type RefreshTokenRule } from '../policy/refresh.ts';
import type { Allowance } from '../policy/remembered-consent.ts';
import type { ScopePolicy } from '../policy/scope-policy.ts';
import { intersectScopes, OFFLINE_ACCESS, scopesBeyond, type Scope } from '../protocol/scope.ts';
import type { Client } from './resolve-client.ts';

export interface GrantableDeps {
  readonly scopePolicy: Pick<ScopePolicy, 'supported' | 'registrable'>;
  readonly refreshTokens: RefreshTokenRule;
}

/** The most that a person can give a client. */
export interface Grantable {
  /** What will be granted when the person allows all of it. */
  readonly grantable: readonly Scope[];
  /** Asked for, but not this person's to give. */
  readonly unavailable: readonly Scope[];
  /** Whether the client will stay connected when the person has gone. */
  readonly refreshable: boolean;
}

/** @param asked - What the client may ask for and did. */
export function grantableOf(
  deps: GrantableDeps,
  client: Client,
  person: Person,
  asked: readonly Scope[],
): Grantable {
  const grantable = person.scopes ? intersectScopes(asked, person.scopes) : asked;
  return {
    grantable,
    unavailable: scopesBeyond(asked, grantable),
    refreshable: isRefreshable(grantable, client.metadata.grant_types, {
      rule: deps.refreshTokens,
      isWithheld: isStayingWithheld(deps.scopePolicy, person.scopes),
    }),
  };
}

/**
 * What the person chose of what was shown. Whoever takes the mark from "Stay connected" has said no
 * to it, also where a refresh token needs no scope.
 *
 * @param ticked - Absent when everything that was shown is meant.
 */
export function chosenOf(
  { grantable, refreshable }: Grantable,
  ticked: readonly Scope[] | undefined,
): Allowance {
  if (!ticked) return { scopes: grantable, refreshable };
  const scopes = intersectScopes(grantable, ticked);
  const isRefused = grantable.includes(OFFLINE_ACCESS) && !scopes.includes(OFFLINE_ACCESS);
  return { scopes, refreshable: refreshable && !isRefused };
}
