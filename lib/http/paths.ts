/**
 * Where the endpoints are.
 *
 * @module
 */
import { issuerPath } from '../protocol/issuer.ts';

/** The paths below the issuer; each can be renamed. */
export interface EndpointPaths {
  readonly register: string;
  readonly authorize: string;
  /** Where identity providers are the login: the page on which a person chooses one. */
  readonly login: string;
  /** Where identity providers send the browser back to. */
  readonly callback: string;
  readonly consent: string;
  readonly token: string;
  readonly revoke: string;
  readonly introspect: string;
  readonly userinfo: string;
  readonly par: string;
  readonly jwks: string;
}

export const DEFAULT_PATHS: EndpointPaths = {
  register: '/oauth/register',
  authorize: '/oauth/authorize',
  login: '/oauth/login',
  callback: '/oauth/callback',
  consent: '/oauth/consent',
  token: '/oauth/token',
  revoke: '/oauth/revoke',
  introspect: '/oauth/introspect',
  userinfo: '/oauth/userinfo',
  par: '/oauth/par',
  jwks: '/oauth/jwks',
};

/**
 * Where a login sends the browser back to: with its name, where there are several. Else what one
 * provider answered could be taken for the answer of another (RFC 9700 §4.4.2.2).
 */
export function callbackPath(
  { callback }: Pick<EndpointPaths, 'callback'>,
  login: string | undefined,
): string {
  return login === undefined ? callback : `${callback}/${login}`;
}

/** The absolute URL of an endpoint. */
export function endpointUrl(issuer: string, path: string): string {
  return `${issuer}${path}`;
}

/** All of them. */
export function endpointUrls(issuer: string, paths: EndpointPaths): readonly string[] {
  return Object.values<string>({ ...paths }).map((path) => endpointUrl(issuer, path));
}

/** The path of an endpoint as the browser sees it: with the issuer's own path. */
export function browserPath(issuer: string, path: string): string {
  return `${issuerPath(issuer)}${path}`;
}
