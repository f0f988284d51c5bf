/**
 * Client authentication at the endpoints where it is asked for.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2.1
 * @module
 */
import type { Request } from 'express';
import {
  BASIC_CHALLENGE,
  parseClientCredentials,
  type ClientCredentials,
} from '../protocol/client-authentication.ts';
import { OAuthError } from '../protocol/errors.ts';
import type { Parameters } from '../protocol/parameters.ts';
import { authorizationOf } from './authorization-header.ts';
import type { Challenge } from './challenge.ts';
import { endpointUrl, type EndpointPaths } from './paths.ts';

export interface ClientCredentialsDeps {
  readonly issuer: string;
  readonly paths: EndpointPaths;
}

/**
 * What the client presented, in the header or in the body.
 *
 * @param unnamed - What it is called when nobody is named.
 * @throws {OAuthError} `invalid_request` or `invalid_client`.
 */
export function credentialsOf(
  req: Request,
  parameters: Parameters,
  unnamed?: 'invalid_request' | 'invalid_client',
): ClientCredentials {
  return parseClientCredentials(authorizationOf(req), parameters, unnamed);
}

/**
 * What assertions for an endpoint may be addressed to: this server, the token endpoint, which stands
 * for it (RFC 7523 §3), and the endpoint itself.
 */
export function audiencesOf(
  { issuer, paths }: ClientCredentialsDeps,
  endpoint: keyof EndpointPaths,
): readonly string[] {
  return [issuer, endpointUrl(issuer, paths.token), endpointUrl(issuer, paths[endpoint])];
}

/** RFC 6749 §5.2: who tried to authenticate in the header is told the scheme that works there. */
export const challengeClient = challengeIf((req) => req.headers.authorization !== undefined);

/** Where no client in a browser asks, everybody is told, as HTTP has it (RFC 9110 §15.5.2). */
export const challengeCaller = challengeIf(() => true);

function challengeIf(isTold: (req: Request) => boolean): Challenge {
  return function challengeRefused(thrown, req, res) {
    const isRefused = thrown instanceof OAuthError && thrown.code === 'invalid_client';
    if (isRefused && isTold(req)) res.setHeader('WWW-Authenticate', BASIC_CHALLENGE);
  };
}
