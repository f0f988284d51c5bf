/**
 * What is in effect, as lines for people and as an object for programs.
 *
 * @module
 */
import type { Deciding } from '../options/environment-settings.ts';
import { isSelfAsserted, type BaselineRule } from '../policy/baseline-rules.ts';
import { registrableAuthMethods } from '../policy/registration.ts';
import { formatScope, scopesBeyond } from '../protocol/scope.ts';

/** With the names that the options have. */
export function effectivePolicy({ settings, scopePolicy }: Deciding): Record<string, unknown> {
  const { supported, registrable, baseline, rules, defaults, unsupported, ceiling } = scopePolicy;
  return {
    issuer: settings.issuer,
    scopesSupported: supported,
    restricted: scopesBeyond(supported, registrable),
    baselineClientScopes: baseline,
    baselineRules: rules,
    defaultClientScopes: defaults,
    unsupportedScopes: unsupported,
    scopeCeiling: ceiling,
    reconcile: scopePolicy.reconcile,
    refreshTokens: settings.refreshTokens,
    registration: settings.registration,
    authMethods: registrableAuthMethods(settings),
    redirectHosts: settings.redirectHosts ?? null,
    invalidRedirectUris: settings.invalidRedirectUris,
    clientIdMetadataDocuments: settings.clientIdMetadataDocuments !== false,
    provisionedClients: [...settings.provisionedClients.keys()],
    resources: settings.resources,
    policy: scopePolicy.digest,
  };
}

/** What it is about, and what holds. */
export function policyRows({ settings, scopePolicy }: Deciding): string[][] {
  const { supported, registrable, baseline, rules, defaults, unsupported, ceiling } = scopePolicy;
  const restricted = scopesBeyond(supported, registrable);
  return [
    ['Issuer', settings.issuer],
    ['Supported', formatScope(supported)],
    ...(restricted.length > 0 ? [['Restricted', formatScope(restricted)]] : []),
    ['Baseline', orNone(formatScope(baseline))],
    ...rules.map((rule) => [`  ${rule.name}`, ruleText(rule)]),
    ['Default', formatScope(defaults)],
    ['Unsupported', unsupported === 'drop' ? 'left out' : 'refused'],
    ['Ceiling', ceiling === 'registered' ? 'what a client registered with' : 'all but restricted'],
    ...(scopePolicy.reconcile === 'off' ? [['Changes', 'reach clients by reconcile alone']] : []),
    [
      'Refresh token',
      settings.refreshTokens === 'offline_access' ? 'with offline_access' : 'by the grant type',
    ],
    ['Registration', settings.registration],
    ['Authentication', registrableAuthMethods(settings).join(' ')],
    ['Redirect hosts', settings.redirectHosts?.join(' ') ?? 'all'],
    ['Documents', settings.clientIdMetadataDocuments ? 'on' : 'off'],
    ...(settings.provisionedClients.size > 0
      ? [['Clients of yours', [...settings.provisionedClients.keys()].join(' ')]]
      : []),
    ['Policy', scopePolicy.digest],
  ];
}

function ruleText(rule: BaselineRule): string {
  const fields = Object.entries(rule.match).map(
    ([field, wanted]) => `${field} ${[wanted].flat().join(' or ')}`,
  );
  const trust = isSelfAsserted(rule) ? ' (self-asserted: anybody can say it)' : '';
  return `${formatScope(rule.scopes)}, for ${fields.join(' and ')}${trust}`;
}

function orNone(text: string): string {
  return text === '' ? 'none' : text;
}
