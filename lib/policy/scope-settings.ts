/**
 * The operator's scope settings, checked by one function wherever they enter: from the environment,
 * from the options, and at the construction of the policy.
 *
 * @module
 */
import { isScopeToken, uniqueScopes, type Scope } from '../protocol/scope.ts';

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
  readonly defaultClientScopes?: readonly Scope[];
  /** Exact names, or a prefix followed by `*`. */
  readonly restrictedScopes?: readonly string[];
  readonly unsupportedScopes?: 'reject' | 'drop';
  readonly scopeCeiling?: 'registered' | 'supported';
}

/** One thing that is wrong with the settings. */
export interface SettingProblem {
  readonly option: keyof ScopeSettings;
  readonly message: string;
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
  const supported = effectiveScopesSupported(settings);
  const { baselineClientScopes: baseline = [], defaultClientScopes, restrictedScopes } = settings;
  const problems: SettingProblem[] = [
    ...listProblems('scopesSupported', 'scopes_supported', settings.scopesSupported),
    ...listProblems('baselineClientScopes', 'baseline_client_scopes', baseline),
    ...listProblems('defaultClientScopes', 'default_client_scopes', defaultClientScopes),
    ...restrictedProblems(restrictedScopes),
  ];
  const add = (option: keyof ScopeSettings, message: string | undefined): void => {
    if (message !== undefined) problems.push({ option, message });
  };
  add('baselineClientScopes', subsetProblem('baseline_client_scopes', baseline, supported));
  add(
    'defaultClientScopes',
    subsetProblem('default_client_scopes', defaultClientScopes, supported),
  );
  if (baseline.length > MAX_BASELINE_SCOPES) {
    add(
      'baselineClientScopes',
      `baseline_client_scopes has ${String(baseline.length)} entries; at most ${String(MAX_BASELINE_SCOPES)} are allowed`,
    );
  }
  add('baselineClientScopes', restrictedIn('baseline_client_scopes', baseline, restrictedScopes));
  add(
    'defaultClientScopes',
    restrictedIn('default_client_scopes', defaultClientScopes, restrictedScopes),
  );
  return problems;
}

function listProblems(
  option: keyof ScopeSettings,
  name: string,
  list: readonly Scope[] = [],
): SettingProblem[] {
  const malformed = list.filter((scope) => !isScopeToken(scope));
  const repeated = uniqueScopes(list.filter((scope, index) => list.indexOf(scope) !== index));
  return [
    ...(malformed.length > 0
      ? [{ option, message: `${name} contains ${quoted(malformed)} which is not a scope token` }]
      : []),
    ...(repeated.length > 0
      ? [{ option, message: `${name} contains ${quoted(repeated)} more than once` }]
      : []),
  ];
}

function restrictedProblems(entries: readonly string[] = []): SettingProblem[] {
  const malformed = entries.filter((entry) => {
    const name = entry.endsWith('*') ? entry.slice(0, -1) : entry;
    return !isScopeToken(name) || name.includes('*');
  });
  if (malformed.length === 0) return [];
  return [
    {
      option: 'restrictedScopes',
      message: `restricted_scopes contains ${quoted(malformed)} which is neither a scope nor a prefix followed by *`,
    },
  ];
}

function restrictedIn(
  name: string,
  list: readonly Scope[] = [],
  restricted: readonly string[] = [],
): string | undefined {
  const offenders = list.filter((scope) => isRestricted(scope, restricted));
  return offenders.length > 0
    ? `${name} contains ${quoted(offenders)} which is restricted`
    : undefined;
}

function quoted(values: readonly unknown[]): string {
  return values.map((value) => `"${String(value)}"`).join(', ');
}
