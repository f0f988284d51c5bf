/**
 * The scope policy of this server: what a client may ask for, computed from what it asked for once.
 *
 * The rule is applied at each read, not once at registration: a changed policy reaches the clients
 * that registered long ago, in both directions, and nothing has to be migrated.
 *
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';
import { createHash } from 'node:crypto';
import { OAuthError } from '../protocol/errors.ts';
import {
  intersectScopes,
  scopesBeyond,
  uniqueScopes,
  type RegisteredScope,
  type Scope,
} from '../protocol/scope.ts';
import {
  GLOBAL_RULE,
  HOOK_RULE,
  underRule,
  unionWithBaseline,
  type BaselineScope,
} from './baseline.ts';
import { nearMisses } from './near-miss.ts';
import { frozenRule, isMatch, type BaselineClient, type BaselineRule } from './baseline-rules.ts';
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
  /** What is added for every client. */
  readonly baseline: readonly Scope[];
  /** What is added for some. */
  readonly rules: readonly BaselineRule[];
  /** What the host's own function adds; nothing of what is wrong with it. */
  readonly hook?: BaselineHook;
  /** What stands for the wish of a client that asks for nothing. */
  readonly defaults: readonly Scope[];
  /** Whether a scope that nobody can register is refused or left out. */
  readonly unsupported: 'reject' | 'drop';
  /** Whether it is that of one initial access token, and not of everybody. */
  readonly isLicensed?: true;
  /** How far the authorization endpoint goes: what was registered, or what could have been. */
  readonly ceiling: 'registered' | 'supported';
  /** Whether it holds for clients that registered before, or what they were answered does. */
  readonly reconcile: 'on' | 'off';
  /** Tells two policies apart in the note on a record. */
  readonly digest: string;
}

/** The scopes that a function adds for a client: asked at each read, and never throws. */
export type BaselineHook = (client: BaselineClient) => readonly Scope[];

/**
 * Makes the policy. A copy is taken: what the caller does to its lists later changes nothing.
 *
 * @throws {TypeError} When a setting is wrong; every problem is named.
 */
export function createScopePolicy(settings: ScopeSettings, hook?: BaselineHook): ScopePolicy {
  const problems = scopeSettingsProblems(settings);
  if (problems.length > 0)
    throw new ArgumentError(problems.map(({ message }) => message).join('; '));

  const supported = [...effectiveScopesSupported(settings)];
  const restricted = settings.restrictedScopes ?? [];
  const registrable = supported.filter((scope) => !isRestricted(scope, restricted));
  const baseline = [...(settings.baselineClientScopes ?? [])];
  const rules = (settings.baselineRules ?? []).map(frozenRule);
  const chosen = settings.defaultClientScopes ?? [];
  const defaults = chosen.length > 0 ? [...chosen] : registrable;
  const unsupported = settings.unsupportedScopes ?? 'reject';
  const ceiling = settings.scopeCeiling ?? 'registered';
  const reconcile = settings.reconcile ?? 'on';
  const digest = createHash('sha256')
    .update(JSON.stringify({ registrable, baseline, rules, defaults, hook: hook !== undefined }))
    .digest('base64url')
    .slice(0, 16);
  for (const list of [supported, registrable, baseline, rules, defaults]) Object.freeze(list);
  return Object.freeze({
    ...{ supported, registrable, baseline, rules, defaults },
    ...{ unsupported, ceiling, reconcile, digest },
    ...(hook && { hook }),
  });
}

/**
 * The policy for a client whose initial access token says what it may register: that and no more,
 * restricted or not. It is also what a client of this kind gets that asks for nothing.
 *
 * @param scopes - Those that are not supported today count for nothing. Absent: as for everybody.
 */
export function licensedPolicy(policy: ScopePolicy, scopes?: readonly Scope[]): ScopePolicy {
  if (!scopes) return policy;
  const registrable = intersectScopes(uniqueScopes(scopes), policy.supported);
  return { ...policy, registrable, defaults: registrable, isLicensed: true };
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
      policy.isLicensed
        ? 'scope contains a value that the initial access token does not allow'
        : 'scope contains a value that is not in scopes_supported',
      { detail: { unsupported: dropped, ...nearMisses(dropped, policy.registrable) } },
    );
  }
  return { requested: dropped.length < requested.length ? requested : undefined, dropped };
}

/**
 * The registered set of a client, with the origin of each scope: what it asked for, or the defaults,
 * and the baseline; nothing that the policy of this moment does not allow.
 */
export function registeredScopes(policy: ScopePolicy, client: BaselineClient): RegisteredScope[] {
  const { own, origin } = ownScopes(policy, client.requested);
  return unionWithBaseline(own, origin, baselineFor(policy, client));
}

/** What the operator adds for a client: the list for all, then the rules in their order, then the hook. */
export function baselineFor(
  { baseline, rules, hook }: Pick<ScopePolicy, 'baseline' | 'rules' | 'hook'>,
  client: BaselineClient,
): BaselineScope[] {
  return [
    ...underRule(GLOBAL_RULE, baseline),
    ...rules.flatMap((rule) => (isMatch(rule, client) ? underRule(rule.name, rule.scopes) : [])),
    ...underRule(HOOK_RULE, hook?.(client) ?? []),
  ];
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
