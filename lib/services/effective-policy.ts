/**
 * What is in effect: one list, for `check` in a terminal and in JSON and for the operator's pages, so
 * that none of them tells less than the others.
 *
 * @module
 */
import { isSelfAsserted, type BaselineRule } from '../policy/baseline-rules.ts';
import type { DocumentHosts } from '../policy/document-hosts.ts';
import type { RefreshTokenRule } from '../policy/refresh.ts';
import { registrableAuthMethods, type RegistrationPolicy } from '../policy/registration.ts';
import type { ScopePolicy } from '../policy/scope-policy.ts';
import { formatScope, scopesBeyond } from '../protocol/scope.ts';
import type { RegistrationMode } from './registration-access.ts';

/** What is told of the settings: nothing of it is secret. */
export interface EffectiveSettings extends Pick<
  RegistrationPolicy,
  'confidentialClients' | 'invalidRedirectUris' | 'redirectHosts'
> {
  readonly issuer: string;
  readonly refreshTokens: RefreshTokenRule;
  readonly registration: RegistrationMode;
  readonly clientIdMetadataDocuments:
    false | { readonly hosts: DocumentHosts; readonly allowHost?: unknown };
  /** By their ids, of which alone is told. */
  readonly provisionedClients: ReadonlyMap<string, unknown>;
  /** None: those that the app names in its code, or the issuer. */
  readonly resources: readonly string[];
}

export interface Effective {
  readonly settings: EffectiveSettings;
  readonly scopePolicy: ScopePolicy;
}

/** One thing that holds. */
export interface Effect {
  /** For programs. */
  readonly key: string;
  readonly value: unknown;
  /** For people. */
  readonly name: string;
  /** Names, or what is said in their place. */
  readonly shown: readonly string[] | string;
  /** The option behind it, where there is one. */
  readonly option?: string;
}

/** All that holds, but for the baseline rules, which everybody shows in their own way. */
export function effectsOf({ settings, scopePolicy }: Effective): readonly Effect[] {
  return [...scopeEffects(scopePolicy), ...clientEffects(settings), digestOf(scopePolicy)];
}

/** With the names that programs know. */
export function effectivePolicy(effective: Effective): Record<string, unknown> {
  return {
    ...Object.fromEntries(effectsOf(effective).map(({ key, value }) => [key, value])),
    baselineRules: effective.scopePolicy.rules,
  };
}

/** What it is about, and what holds. */
export function policyRows(effective: Effective): string[][] {
  const rules = effective.scopePolicy.rules.map((rule) => [`  ${rule.name}`, ruleText(rule)]);
  return effectsOf(effective).flatMap(({ key, name, shown }) => [
    [name, typeof shown === 'string' ? shown : shown.join(' ')],
    ...(key === 'baselineClientScopes' ? rules : []),
  ]);
}

function scopeEffects(policy: ScopePolicy): Effect[] {
  const { supported, registrable, baseline, defaults, unsupported, ceiling, reconcile } = policy;
  const restricted = scopesBeyond(supported, registrable);
  return [
    { ...of('scopesSupported'), name: 'Supported scopes', ...names(supported) },
    {
      ...{ key: 'restricted', option: 'restrictedScopes', name: 'Restricted scopes' },
      ...names(restricted),
    },
    { ...of('baselineClientScopes'), name: 'Baseline, for every client', ...names(baseline) },
    ...(policy.hook
      ? [{ ...of('baseline'), name: 'Baseline function', value: true, shown: 'yes' }]
      : []),
    { ...of('defaultClientScopes'), name: 'Default scopes', ...names(defaults) },
    {
      ...{ ...of('unsupportedScopes'), name: 'Unsupported scopes', value: unsupported },
      shown: unsupported === 'drop' ? 'left out' : 'refused',
    },
    {
      ...{ ...of('scopeCeiling'), name: 'Ceiling', value: ceiling },
      shown: ceiling === 'registered' ? 'what a client registered with' : 'all but restricted',
    },
    {
      ...{ ...of('reconcile'), name: 'Changes of the policy', value: reconcile },
      shown: reconcile === 'off' ? 'reach clients by reconcile alone' : 'reach clients at once',
    },
  ];
}

function clientEffects(settings: EffectiveSettings): Effect[] {
  const { issuer, refreshTokens, registration, redirectHosts, invalidRedirectUris } = settings;
  const { clientIdMetadataDocuments: documents, provisionedClients, resources } = settings;
  return [
    { ...of('issuer'), name: 'Issuer', value: issuer, shown: issuer },
    {
      ...of('resources'),
      name: 'Resources',
      ...names(resources, 'those of the app, or the issuer'),
    },
    {
      ...{ ...of('refreshTokens'), name: 'Refresh token', value: refreshTokens },
      shown: refreshTokens === 'offline_access' ? 'with offline_access' : 'by the grant type',
    },
    { ...of('registration'), name: 'Registration', value: registration, shown: registration },
    {
      ...{ key: 'authMethods', option: 'confidentialClients', name: 'Authentication' },
      ...names(registrableAuthMethods(settings)),
    },
    {
      ...{ ...of('redirectHosts'), name: 'Redirect hosts', value: redirectHosts ?? null },
      shown: redirectHosts ?? 'all',
    },
    {
      ...{ ...of('invalidRedirectUris'), name: 'Bad redirect URIs', value: invalidRedirectUris },
      shown: invalidRedirectUris === 'drop' ? 'left out' : 'refused',
    },
    {
      ...{ ...of('clientIdMetadataDocuments'), name: 'Documents', value: documents !== false },
      shown: documents === false ? 'off' : documentsText(documents),
    },
    {
      ...{ key: 'provisionedClients', option: 'clients', name: 'Clients of yours' },
      ...names([...provisionedClients.keys()]),
    },
  ];
}

function digestOf({ digest }: ScopePolicy): Effect {
  return { key: 'policy', name: 'Digest of the policy', value: digest, shown: digest };
}

function of(option: string): Pick<Effect, 'key' | 'option'> {
  return { key: option, option };
}

function names(value: readonly string[], otherwise = 'none'): Pick<Effect, 'value' | 'shown'> {
  return { value, shown: value.length > 0 ? value : otherwise };
}

function documentsText({
  hosts: { allowed, denied },
  allowHost,
}: Exclude<EffectiveSettings['clientIdMetadataDocuments'], false>): string {
  return [
    `on, of ${allowed ? allowed.join(' ') : 'all hosts'}`,
    ...(denied.length > 0 ? [`without ${denied.join(' ')}`] : []),
    ...(allowHost === undefined ? [] : ['as far as the app allows']),
  ].join(', ');
}

function ruleText(rule: BaselineRule): string {
  const fields = Object.entries(rule.match).map(
    ([field, wanted]) => `${field} ${[wanted].flat().join(' or ')}`,
  );
  const trust = isSelfAsserted(rule) ? ' (self-asserted: anybody can say it)' : '';
  return `${formatScope(rule.scopes)}, for ${fields.join(' and ')}${trust}`;
}
