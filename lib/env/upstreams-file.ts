/**
 * A file that says where people log in, when there are several providers.
 *
 * @module
 */
import { readSecretFile, unreadable, ValueError } from './values.ts';
import { oauth2Login } from '../upstream/oauth2-login.ts';
import { oidcLogin } from '../upstream/oidc-login.ts';
import type { OAuth2LoginOptions, OidcLoginOptions } from '../upstream/options.ts';
import { UpstreamOptionsError } from '../upstream/options-check.ts';
import type { UpstreamLogin } from '../upstream/port.ts';

/**
 * Reads a JSON list of objects with the options of `oidcLogin` or, where there is an
 * `authorizationEndpoint`, of `oauth2Login`. Secrets stand in files of their own: `clientSecretFile`.
 *
 * @throws {ValueError} With everything that is wrong.
 */
export function readUpstreamsFile(path: string): readonly UpstreamLogin[] {
  const logins: UpstreamLogin[] = [];
  const problems: string[] = [];
  for (const [i, entry] of entriesOf(path).entries()) {
    try {
      logins.push(loginOf(entry));
    } catch (error) {
      problems.push(...messagesOf(error).map((message) => `${String(i + 1)}. ${message}`));
    }
  }
  if (problems.length > 0) {
    throw new ValueError(
      `names a file in which ${problems.join('; ')}`,
      'ERR_DCR_UPSTREAM_OPTIONS',
    );
  }
  return logins;
}

function entriesOf(path: string): unknown[] {
  const contents = readSecretFile(path);
  let list: unknown;
  try {
    list = JSON.parse(contents);
  } catch {
    throw unreadable('is not JSON');
  }
  if (Array.isArray(list) && list.length > 0) return list;
  throw unreadable('is not a JSON list of logins');
}

function loginOf(entry: unknown): UpstreamLogin {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    throw new ValueError('is not an object');
  }
  const { clientSecretFile, ...given } = entry as Record<string, unknown>;
  const options = { ...given, ...secretOf(given, clientSecretFile) };
  return 'authorizationEndpoint' in options
    ? oauth2Login(options as unknown as OAuth2LoginOptions)
    : oidcLogin(options as unknown as OidcLoginOptions);
}

function secretOf(given: object, path: unknown): { clientSecret?: string } {
  if (path === undefined) return {};
  if (typeof path !== 'string') throw new ValueError('clientSecretFile must be a path');
  if ('clientSecret' in given) {
    throw new ValueError('clientSecret and clientSecretFile are both set; keep one of them');
  }
  try {
    return { clientSecret: readSecretFile(path) };
  } catch (error) {
    throw new ValueError(`clientSecretFile ${(error as Error).message}`);
  }
}

function messagesOf(error: unknown): string[] {
  if (error instanceof ValueError) return [error.message];
  if (!(error instanceof UpstreamOptionsError)) throw error;
  return error.problems.map(({ option, message }) => `${option} ${message}`);
}
