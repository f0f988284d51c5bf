/**
 * Checking the login: one of the host's own, or one or several at identity providers.
 *
 * @module
 */

import { finding, type Finding } from '../diagnostics/finding.ts';

const REQUIRED =
  'is required: pass hostLogin({ user, url }), which asks your own session, or oidcLogin({ issuer, clientId, clientSecret })';

/**
 * What is wrong with it; `undefined` when nothing is. Types are no help to a host in plain JavaScript.
 */
export function loginProblem(login: unknown): Finding | undefined {
  if (isHostLogin(login) || isUpstreamLogin(login)) return undefined;
  if (!Array.isArray(login) || login.length === 0)
    return finding('ERR_DCR_LOGIN_MISSING', REQUIRED);
  if (login.some(isHostLogin)) {
    return invalid(
      'must be either hostLogin(...) or a list of logins at identity providers, not both',
    );
  }
  if (!login.every(isUpstreamLogin)) {
    return invalid('must be a list of what oidcLogin(...) and oauth2Login(...) return');
  }
  const names = login.map(({ name }) => name);
  const repeated = names.filter((name, i) => names.indexOf(name) < i);
  if (repeated.length === 0) return undefined;
  // The name begins the subject: two people would become one.
  return invalid(
    `must have another name for each login: ${JSON.stringify(repeated[0])} is there twice`,
  );
}

function invalid(message: string): Finding {
  return finding('ERR_DCR_LOGIN_INVALID', message);
}

function isHostLogin(login: unknown): boolean {
  return typeof (Object(login) as { person?: unknown }).person === 'function';
}

function isUpstreamLogin(login: unknown): login is { readonly name: string } {
  const { kind, name } = Object(login) as { kind?: unknown; name?: unknown };
  return kind === 'upstream' && typeof name === 'string' && /^[a-z][a-z0-9-]{0,31}$/.test(name);
}
