/**
 * The operator's scope settings, checked by one function wherever they enter: from the environment,
 * from the options, and at the construction of the policy.
 *
 * @module
 */
import { finding, found, type Finding } from '../diagnostics/finding.ts';
import { isScopeToken, uniqueScopes, type Scope } from '../protocol/scope.ts';
import type { BaselineRule } from './baseline-rules.ts';
import { baselineRuleProblems } from './baseline-rules-check.ts';

/** What is supported when nothing is configured. */
export const DEFAULT_SCOPES_SUPPORTED: readonly Scope[] = [
  'openid',
  'profile',
  'email',
  'offline_access',
];

const MAX_BASELINE_SCOPES = 10;

/** The settings as the operator gives them. */
export interface ScopeSettings {
  readonly scopesSupported?: readonly Scope[];
  readonly baselineClientScopes?: readonly Scope[];
  readonly baselineRules?: readonly BaselineRule[];
  readonly defaultClientScopes?: readonly Scope[];
  /** Exact names, or a prefix followed by `*`. */
  readonly restrictedScopes?: readonly string[];
  readonly unsupportedScopes?: 'reject' | 'drop';
  readonly scopeCeiling?: 'registered' | 'supported';
  readonly reconcile?: 'on' | 'off';
}

/** One thing that is wrong with the settings. */
export interface SettingProblem extends Finding {
  readonly option: keyof ScopeSettings;
}

/** The supported scopes in effect: an empty list means the defaults. */
export function effectiveScopesSupported(settings: ScopeSettings): readonly Scope[] {
  const { scopesSupported = [] } = settings;
  return scopesSupported.length > 0 ? scopesSupported : DEFAULT_SCOPES_SUPPORTED;
}

/** Whether a scope is one that open registration cannot have. */
export function isRestricted(scope: Scope, restricted: readonly string[] = []): boolean {
  return restricted.some((entry) =>
    entry.endsWith('*') ? scope.startsWith(entry.slice(0, -1)) : scope === entry,
  );
}

/**
 * What keeps a list from being a subset of another.
 *
 * @param name - How the list is called in the message.
 * @returns One sentence that names every offender; `undefined` when all are there.
 */
export function subsetProblem(
  name: string,
  subset: readonly Scope[] = [],
  superset: readonly Scope[] = [],
): string | undefined {
  const missing = uniqueScopes(subset.filter((scope) => !superset.includes(scope)));
  if (missing.length === 0) return undefined;
  const are = missing.length === 1 ? 'is' : 'are';
  return `${name} contains ${quoted(missing)} which ${are} not in scopes_supported`;
}

/** Everything that is wrong with the settings; empty when they are fine. */
export function scopeSettingsProblems(settings: ScopeSettings): SettingProblem[] {
  const { baselineClientScopes: baseline = [], defaultClientScopes, restrictedScopes } = settings;
  const scopeProblems = (name: string, scopes: readonly Scope[]): Finding[] =>
    baselineScopeProblems(name, scopes, settings);
  const problems: Partial<Record<keyof ScopeSettings, readonly Finding[]>> = {
    scopesSupported: listProblems('scopes_supported', settings.scopesSupported),
    baselineClientScopes: scopeProblems('baseline_client_scopes', baseline),
    baselineRules: baselineRuleProblems(settings.baselineRules, { baseline, scopeProblems }),
    defaultClientScopes: [
      ...listProblems('default_client_scopes', defaultClientScopes),
      ...found(
        unsupportedIn('default_client_scopes', defaultClientScopes, settings),
        restrictedIn('default_client_scopes', defaultClientScopes, restrictedScopes),
      ),
    ],
    restrictedScopes: restrictedProblems(restrictedScopes),
  };
  return Object.entries(problems).flatMap(([option, list]) =>
    list.map((one) => ({ option: option as keyof ScopeSettings, ...one })),
  );
}

/**
 * What is wrong with scopes of the baseline: those for all clients, those of a rule, and those that a
 * function names.
 *
 * @param name - How the list is called in the messages.
 */
export function baselineScopeProblems(
  name: string,
  scopes: readonly Scope[],
  settings: ScopeSettings,
): Finding[] {
  const tooMany =
    scopes.length > MAX_BASELINE_SCOPES
      ? `${name} has ${String(scopes.length)} entries; at most ${String(MAX_BASELINE_SCOPES)} are allowed`
      : undefined;
  return [
    ...listProblems(name, scopes),
    ...found(
      unsupportedIn(name, scopes, settings),
      finding('ERR_DCR_SCOPES_TOO_MANY', tooMany),
      restrictedIn(name, scopes, settings.restrictedScopes),
    ),
  ];
}

function listProblems(name: string, list: readonly Scope[] = []): Finding[] {
  const malformed = list.filter((scope) => !isScopeToken(scope));
  const repeated = uniqueScopes(list.filter((scope, index) => list.indexOf(scope) !== index));
  return [
    ...(malformed.length > 0
      ? [
          finding(
            'ERR_DCR_SCOPE_MALFORMED',
            `${name} contains ${quoted(malformed)} which is not a scope token`,
          ),
        ]
      : []),
    ...(repeated.length > 0
      ? [finding('ERR_DCR_SCOPE_REPEATED', `${name} contains ${quoted(repeated)} more than once`)]
      : []),
  ];
}

function unsupportedIn(
  name: string,
  list: readonly Scope[] | undefined,
  settings: ScopeSettings,
): Finding | undefined {
  const message = subsetProblem(name, list, effectiveScopesSupported(settings));
  return finding('ERR_DCR_SCOPE_NOT_SUPPORTED', message);
}

function restrictedProblems(entries: readonly string[] = []): Finding[] {
  const malformed = entries.filter((entry) => {
    const name = entry.endsWith('*') ? entry.slice(0, -1) : entry;
    return !isScopeToken(name) || name.includes('*');
  });
  if (malformed.length === 0) return [];
  return [
    finding(
      'ERR_DCR_SCOPE_MALFORMED',
      `restricted_scopes contains ${quoted(malformed)} which is neither a scope nor a prefix followed by *`,
    ),
  ];
}

function restrictedIn(
  name: string,
  list: readonly Scope[] = [],
  restricted: readonly string[] = [],
): Finding | undefined {
  const offenders = list.filter((scope) => isRestricted(scope, restricted));
  if (offenders.length === 0) return undefined;
  return finding(
    'ERR_DCR_SCOPE_RESTRICTED',
    `${name} contains ${quoted(offenders)} which is restricted`,
  );
}

function quoted(values: readonly unknown[]): string {
  return values.map((value) => `"${String(value)}"`).join(', ');
}
