/**
 * Whether a client may ask for a scope, and why: one answer for the log, the command line and pages.
 *
 * What was computed for the client is explained and not computed again, so that no explanation can say
 * anything else than the endpoints do.
 *
 * @module
 */
import type { ClientMetadata } from '../protocol/client.ts';
import { isScopeToken, uniqueScopes, type RegisteredScope, type Scope } from '../protocol/scope.ts';
import { GLOBAL_RULE, HOOK_RULE } from './baseline.ts';
import { unmetFields, type BaselineClient } from './baseline-rules.ts';
import { nearMiss } from './near-miss.ts';
import { licensedPolicy, registeredScopes, type ScopePolicy } from './scope-policy.ts';
import {
  adviceFor,
  REFUSED_REASONS,
  type NearRule,
  type RefusedCode,
  type ScopeExplanation,
} from './scope-reasons.ts';

/** A client, and what counts for it. */
export interface ExplainedClient {
  readonly client_id: string;
  readonly origin: BaselineClient['origin'] | 'provisioned';
  readonly metadata: ClientMetadata;
  /** The scopes it asks for; absent when it asks for nothing. */
  readonly requested?: readonly Scope[];
  /** What its initial access token allowed. */
  readonly licence?: { readonly scopes?: readonly Scope[] };
  readonly registered: readonly RegisteredScope[];
  /** What it may ask for. */
  readonly ceiling: readonly Scope[];
}

/** More of them would be no help. */
const MAX_NEAR_RULES = 3;

/**
 * @param policy - That of everybody, which the client was looked at by.
 * @param scopes - Any texts. Absent: every scope there is, and those of the client.
 */
export function explainScopes(
  policy: ScopePolicy,
  client: ExplainedClient,
  scopes: readonly string[] = scopesOfInterest(policy, client),
): ScopeExplanation[] {
  const ceiling = new Set(client.ceiling);
  const ofNow = whatPolicySays(policy, client);
  return scopes.map((scope) =>
    ceiling.has(scope)
      ? allowed(policy, client, scope, ofNow)
      : refused(policy, client, scope, ofNow),
  );
}

/** What the client has first, in its order; then what it asks for in vain; then all the rest. */
function scopesOfInterest(policy: ScopePolicy, client: ExplainedClient): readonly Scope[] {
  const registered = client.registered.map(({ scope }) => scope);
  return uniqueScopes([...registered, ...(client.requested ?? []), ...policy.supported]);
}

function allowed(
  policy: ScopePolicy,
  client: ExplainedClient,
  scope: Scope,
  ofNow: () => ReadonlySet<Scope>,
): ScopeExplanation {
  const yes = { scope, allowed: true } as const;
  const origin = client.registered.find((entry) => entry.scope === scope)?.origin;
  if (client.origin === 'provisioned') {
    return { ...yes, code: 'configured', reason: 'the configuration of the client names it' };
  }
  if (origin === undefined) {
    const reason = 'clients may ask here for every scope that they could have registered with';
    return { ...yes, code: 'ceiling', reason };
  }
  const before =
    policy.reconcile === 'off' && !ofNow().has(scope)
      ? 'the client was told so before, and that is what counts here'
      : undefined;
  if (typeof origin === 'object') {
    const { baseline: rule } = origin;
    return { ...yes, code: 'baseline', reason: before ?? baselineReason(rule), rule };
  }
  return { ...yes, code: origin, reason: before ?? ownReason(client, origin) };
}

function baselineReason(rule: string): string {
  if (rule === GLOBAL_RULE) return 'the baseline adds it for every client';
  if (rule === HOOK_RULE) return 'the baseline function adds it for this client';
  return `baseline rule "${rule}" adds it for this client`;
}

function ownReason(
  { origin: kind, licence }: ExplainedClient,
  origin: 'requested' | 'default',
): string {
  const isLicensed = licence?.scopes !== undefined;
  if (origin === 'requested') {
    if (kind === 'metadata_document') return 'the metadata document of the client names it';
    return isLicensed
      ? 'the client registered with it, as its initial access token allows'
      : 'the client registered with it';
  }
  return isLicensed
    ? 'the client asked for no scope, and its initial access token names this one'
    : 'the client asked for no scope, and this is one of the defaults';
}

function refused(
  policy: ScopePolicy,
  client: ExplainedClient,
  scope: string,
  ofNow: () => ReadonlySet<Scope>,
): ScopeExplanation {
  const code = refusal(policy, client, scope, ofNow);
  const nearRules = nearRulesFor(policy, client, scope);
  const nearest = code === 'not_supported' ? nearMiss(scope, policy.supported) : undefined;
  const { unsupported } = policy;
  const isLeftOut =
    unsupported === 'drop' && code !== 'malformed' && !policy.registrable.includes(scope);
  return {
    scope,
    allowed: false,
    code,
    reason: REFUSED_REASONS[code],
    ...(isLeftOut && { leftOut: true }),
    ...(nearest !== undefined && { nearest }),
    ...(nearRules.length > 0 && { nearRules }),
    help: adviceFor(code, { unsupported, nearRules }),
  };
}

function refusal(
  { supported, registrable }: ScopePolicy,
  { origin, requested, licence }: ExplainedClient,
  scope: string,
  ofNow: () => ReadonlySet<Scope>,
): RefusedCode {
  if (!isScopeToken(scope)) return 'malformed';
  if (!supported.includes(scope)) return 'not_supported';
  if (origin === 'provisioned') return 'not_configured';
  const licensed = licence?.scopes;
  const isLicensed = licensed?.includes(scope) ?? false;
  if (!isLicensed && !registrable.includes(scope)) return 'restricted';
  if (ofNow().has(scope)) return 'not_reconciled';
  if (licensed && !isLicensed) return 'not_licensed';
  return requested ? 'not_requested' : 'not_default';
}

/** What this policy would let the client ask for, were it asked; computed at most once. */
function whatPolicySays(policy: ScopePolicy, client: ExplainedClient): () => ReadonlySet<Scope> {
  let scopes: ReadonlySet<Scope> | undefined;
  return () => (scopes ??= new Set(policyScopes(policy, client)));
}

function policyScopes(policy: ScopePolicy, client: ExplainedClient): readonly Scope[] {
  const { origin, licence } = client;
  if (origin === 'provisioned') return [];
  const own = licensedPolicy(policy, licence?.scopes);
  return registeredScopes(own, { ...client, origin }).map(({ scope }) => scope);
}

/** The rules that hold the scope, those first that miss the client by the least. */
function nearRulesFor(
  { rules }: ScopePolicy,
  client: ExplainedClient,
  scope: string,
): readonly NearRule[] {
  const { origin } = client;
  if (origin === 'provisioned') return [];
  return rules
    .filter(({ scopes }) => scopes.includes(scope))
    .map((rule) => ({ rule: rule.name, unmet: unmetFields(rule, { ...client, origin }) }))
    .filter(({ unmet }) => unmet.length > 0)
    .sort((a, b) => a.unmet.length - b.unmet.length)
    .slice(0, MAX_NEAR_RULES);
}
