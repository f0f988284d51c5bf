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
  const digest = createHash('sha256')
    .update(JSON.stringify({ registrable, baseline, defaults }))
    .digest('base64url')
    .slice(0, 16);
  for (const list of [supported, registrable, baseline, defaults]) Object.freeze(list);
  return Object.freeze({ supported, registrable, baseline, defaults, digest });
}

/**
 * Refuses a registration that asks for what it cannot have.
 *
 * @throws {OAuthError} `invalid_client_metadata`: RFC 7591 §3.2.2 has no `invalid_scope`.
 */
export function requireRegistrable(policy: ScopePolicy, requested: readonly Scope[]): void {
  const beyond = scopesBeyond(requested, policy.registrable);
  if (beyond.length === 0) return;
  throw new OAuthError(
    'invalid_client_metadata',
    'scope contains a value that is not in scopes_supported',
    { cause: { scopes: beyond } },
  );
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
  const own = requested ? intersectScopes(requested, policy.registrable) : [...policy.defaults];
  return unionWithBaseline(own, requested ? 'requested' : 'default', policy.baseline);
}

/** What an authorization request without `scope` means: the client's own wish, without the baseline. */
export function implicitScopes(
  policy: ScopePolicy,
  requested: readonly Scope[] | undefined,
): Scope[] {
  return requested ? intersectScopes(requested, policy.registrable) : [...policy.defaults];
}
