/**
 * Settings that let a kind of client in that others shut out.
 *
 * @module
 */
import type { EnvironmentOptions } from '../env.ts';
import { effectiveScopesSupported } from '../policy/scope-settings.ts';
import { OFFLINE_ACCESS, uniqueScopes, type Scope } from '../protocol/scope.ts';

/** What there is to mend. */
export interface Trouble {
  readonly options: EnvironmentOptions;
  /** What the client asks for and cannot have. */
  readonly missing: readonly Scope[];
}

/** A variable, and what it would be instead. */
export interface Setting {
  readonly variable: string;
  readonly value: string;
  /** The options with it. */
  readonly options: EnvironmentOptions;
}

/** Proposes a setting; whether it helps is tried out. */
export type Remedy = (trouble: Trouble) => Setting;

export const DROP_SCOPES: Remedy = ({ options }) => ({
  variable: 'DCR_UNSUPPORTED_SCOPES',
  value: 'drop',
  options: { ...options, unsupportedScopes: 'drop' },
});

export const WIDER_CEILING: Remedy = ({ options }) => ({
  variable: 'DCR_SCOPE_CEILING',
  value: 'supported',
  options: { ...options, scopeCeiling: 'supported' },
});

export const IN_BASELINE: Remedy = ({ options, missing }) => {
  const { baselineClientScopes = [] } = options;
  const scopes = uniqueScopes([...baselineClientScopes, ...missing]);
  return {
    variable: 'DCR_BASELINE_SCOPES',
    value: scopes.join(' '),
    options: { ...options, baselineClientScopes: scopes },
  };
};

export function support(...added: Scope[]): Remedy {
  return ({ options }) => {
    const scopes = uniqueScopes([...effectiveScopesSupported(options), ...added]);
    return {
      variable: 'DCR_SCOPES_SUPPORTED',
      value: scopes.join(' '),
      options: { ...options, scopesSupported: scopes },
    };
  };
}

export const SUPPORT_OFFLINE_ACCESS = support(OFFLINE_ACCESS);

export const DROP_REDIRECT_URIS: Remedy = ({ options }) => ({
  variable: 'DCR_INVALID_REDIRECT_URIS',
  value: 'drop',
  options: { ...options, invalidRedirectUris: 'drop' },
});

export function allowHosts(...added: string[]): Remedy {
  return ({ options }) => {
    const hosts = [...new Set([...(options.redirectHosts ?? []), ...added])];
    return {
      variable: 'DCR_REDIRECT_HOSTS',
      value: hosts.join(' '),
      options: { ...options, redirectHosts: hosts },
    };
  };
}

export const SECRETS: Remedy = ({ options }) => ({
  variable: 'DCR_CONFIDENTIAL_CLIENTS',
  value: 'true',
  options: { ...options, confidentialClients: true },
});

/** Takes one redirect URI out of those that make a client confidential. */
export function noSecretFor(uri: string): Remedy {
  return ({ options }) => {
    const uris = (options.forceConfidentialRedirectUris ?? []).filter((other) => other !== uri);
    return {
      variable: 'DCR_FORCE_CONFIDENTIAL_REDIRECT_URIS',
      value: uris.join(' '),
      options: { ...options, forceConfidentialRedirectUris: uris },
    };
  };
}

/** As it is typed in a shell. */
export function asTyped({ variable, value }: Pick<Setting, 'variable' | 'value'>): string {
  return `${variable}=${/^[\w.:/-]+$/.test(value) ? value : `'${value}'`}`;
}
