/**
 * The scope policy of this server: what a client may ask for, computed from what it asked for once.
 *
 * The rule is applied at each read, not once at registration: a changed policy reaches the clients
 * that registered long ago, in both directions, and nothing has to be migrated.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { OAuthError } from '../protocol/errors.ts';
import {
  intersectScopes,
  scopesBeyond,
  uniqueScopes,
  type RegisteredScope,
  type Scope,
} from '../protocol/scope.ts';
import { unionWithBaseline } from './baseline.ts';
import {
  effectiveScopesSupported,
  isRestricted,
  scopeSettingsProblems,
  type ScopeSettings,
} from './scope-settings.ts';

/** The policy in effect. Immutable. */
export interface ScopePolicy {
  /** Everything this server knows. */
  readonly supported: readonly Scope[];
  /** What a client can have without the operator's help: supported and not restricted. */
  readonly registrable: readonly Scope[];
  readonly baseline: readonly Scope[];
  /** What stands for the wish of a client that asks for nothing. */
  readonly defaults: readonly Scope[];
  /** Whether a scope that nobody can register is refused or left out. */
  readonly unsupported: 'reject' | 'drop';
  /** How far the authorization endpoint goes: what was registered, or what could have been. */
  readonly ceiling: 'registered' | 'supported';
  /** Tells two policies apart in the note on a record. */
  readonly digest: string;
}

/**
 * Makes the policy. A copy is taken: what the caller does to its lists later changes nothing.
 *
 * @throws {TypeError} When a setting is wrong; every problem is named.
 */
export function createScopePolicy(settings: ScopeSettings): ScopePolicy {
  const problems = scopeSettingsProblems(settings);
  if (problems.length > 0) throw new TypeError(problems.map(({ message }) => message).join('; '));

  const supported = [...effectiveScopesSupported(settings)];
  const restricted = settings.restrictedScopes ?? [];
  const registrable = supported.filter((scope) => !isRestricted(scope, restricted));
  const baseline = [...(settings.baselineClientScopes ?? [])];
  const chosen = settings.defaultClientScopes ?? [];
  const defaults = chosen.length > 0 ? [...chosen] : registrable;
  const unsupported = settings.unsupportedScopes ?? 'reject';
  const ceiling = settings.scopeCeiling ?? 'registered';
  const digest = createHash('sha256')
    .update(JSON.stringify({ registrable, baseline, defaults }))
    .digest('base64url')
    .slice(0, 16);
  for (const list of [supported, registrable, baseline, defaults]) Object.freeze(list);
  return Object.freeze({
    ...{ supported, registrable, baseline, defaults },
    ...{ unsupported, ceiling, digest },
  });
}

/**
 * What a registration asks for, as it is to be kept: as sent, for a scope that is not supported today
 * may be tomorrow. With nothing left of it, it asked for nothing, and goes on having the defaults.
 *
 * @returns `undefined` when the client asked for nothing; and what was left out.
 * @throws {OAuthError} `invalid_client_metadata` unless unsupported scopes are to be left out: RFC 7591
 * §3.2.2 has no `invalid_scope`.
 */
export function requestedScopes(
  policy: ScopePolicy,
  requested: readonly Scope[] | undefined,
): { readonly requested: readonly Scope[] | undefined; readonly dropped: readonly Scope[] } {
  if (!requested) return { requested, dropped: [] };
  const dropped = scopesBeyond(requested, policy.registrable);
  if (dropped.length > 0 && policy.unsupported === 'reject') {
    throw new OAuthError(
      'invalid_client_metadata',
      'scope contains a value that is not in scopes_supported',
      { detail: { unsupported: dropped } },
    );
  }
  return { requested: dropped.length < requested.length ? requested : undefined, dropped };
}

/**
 * The registered set of a client, with the origin of each scope: what it asked for, or the defaults,
 * and the baseline; nothing that the policy of this moment does not allow.
 *
 * @param requested - Absent when the client asked for nothing.
 */
export function registeredScopes(
  policy: ScopePolicy,
  requested: readonly Scope[] | undefined,
): RegisteredScope[] {
  const { own, origin } = ownScopes(policy, requested);
  return unionWithBaseline(own, origin, policy.baseline);
}

/** What an authorization request without `scope` means: the client's own wish, without the baseline. */
export function implicitScopes(
  policy: ScopePolicy,
  requested: readonly Scope[] | undefined,
): readonly Scope[] {
  return ownScopes(policy, requested).own;
}

/** What the client may ask for at the authorization endpoint. */
export function ceilingOf(
  { ceiling, registrable }: ScopePolicy,
  registered: readonly RegisteredScope[],
): Scope[] {
  const scopes = registered.map(({ scope }) => scope);
  return ceiling === 'registered' ? scopes : uniqueScopes([...scopes, ...registrable]);
}

/**
 * What counts of the scopes of a request, where unsupported ones are left out.
 *
 * @param known - What the requester can have, whether or not anybody could register it.
 * @returns The scopes themselves when unsupported ones are refused: then the caller finds them.
 */
export function supportedScopes(
  { unsupported, registrable }: ScopePolicy,
  scopes: readonly Scope[],
  known: readonly Scope[],
): readonly Scope[] {
  return unsupported === 'drop' ? intersectScopes(scopes, [...registrable, ...known]) : scopes;
}

function ownScopes(
  policy: ScopePolicy,
  requested: readonly Scope[] | undefined,
): { readonly own: readonly Scope[]; readonly origin: 'requested' | 'default' } {
  return requested
    ? { own: intersectScopes(requested, policy.registrable), origin: 'requested' }
    : { own: policy.defaults, origin: 'default' };
}
