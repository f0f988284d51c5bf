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
  readonly consent: string;
  readonly token: string;
  readonly jwks: string;
}

export const DEFAULT_PATHS: EndpointPaths = {
  register: '/oauth/register',
  authorize: '/oauth/authorize',
  consent: '/oauth/consent',
  token: '/oauth/token',
  jwks: '/oauth/jwks',
};

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
