/**
 * Checking the login: one of the host's own, or one or several at identity providers.
 *
 * @module
 */

import { finding, type Finding } from '../diagnostics/finding.ts';
import type { UpstreamLogin } from '../upstream/port.ts';

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
  // The name begins the subject: two people would become one.
  if (repeated.length > 0) {
    return invalid(
      `must have another name for each login: ${JSON.stringify(repeated[0])} is there twice`,
    );
  }
  const [one, other] = ofOneIssuer(login);
  if (!one || !other) return undefined;
  return invalid(
    `must have another issuer for each authorization server: ${JSON.stringify(one.name)} and ${JSON.stringify(other.name)} have the same`,
  );
}

/** The part of a login that is looked at. */
type Login = Pick<UpstreamLogin, 'name' | 'issuer' | 'tokenEndpoint'>;

/**
 * Two authorization servers that call themselves the same: the answer of one would be taken for that of
 * the other, and its code be sent there (RFC 9207 §4). Two clients of one server are no such thing.
 */
function ofOneIssuer(logins: readonly Login[]): readonly Login[] {
  const pairs = logins.flatMap((one, i) =>
    logins.slice(i + 1).map((other) => [one, other] as const),
  );
  const isMixedUp = ([one, other]: readonly [Login, Login]): boolean =>
    one.issuer !== undefined &&
    one.issuer === other.issuer &&
    one.tokenEndpoint !== other.tokenEndpoint;
  return pairs.find(isMixedUp) ?? [];
}

function invalid(message: string): Finding {
  return finding('ERR_DCR_LOGIN_INVALID', message);
}

function isHostLogin(login: unknown): boolean {
  return typeof (Object(login) as { person?: unknown }).person === 'function';
}

function isUpstreamLogin(login: unknown): login is Login {
  const { kind, name } = Object(login) as { kind?: unknown; name?: unknown };
  return kind === 'upstream' && typeof name === 'string' && /^[a-z][a-z0-9-]{0,31}$/.test(name);
}
