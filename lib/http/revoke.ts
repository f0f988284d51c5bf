/**
 * The revocation endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2
 * @module
 */
import { randomUUID } from 'node:crypto';
import { parseTokenParameter } from '../protocol/token-parameter.ts';
import { revokeToken, type RevokeTokenDeps } from '../services/revoke-token.ts';
import { formOf, readBody } from './body.ts';
import { audiencesOf, credentialsOf, type ClientCredentialsDeps } from './client-credentials.ts';
import { admit, type RateLimitDeps } from './rate-limit.ts';
import type { Handlers } from './chain.ts';

export type RevokeDeps = RevokeTokenDeps & ClientCredentialsDeps & RateLimitDeps;

export function revokeHandlers(deps: RevokeDeps): Handlers {
  const audiences = audiencesOf(deps, 'revoke');
  return [
    ...deps.rateLimits.revoke.middleware,
    ...readBody('application/x-www-form-urlencoded'),
    async function revoke(req, res) {
      const parameters = formOf(req);
      const token = parseTokenParameter(parameters);
      // Who is asking has to be known here (RFC 7009 §2.1), also where that takes no more than a name.
      const credentials = credentialsOf(req, parameters, 'invalid_client');
      await revokeToken(deps, credentials, token, {
        requestId: randomUUID(),
        audiences,
        admit: () => admit(deps, 'revoke', req, res, credentials.client_id),
        network: deps.callers.networkOf(req),
        seenFrom: deps.callers.seenFrom(req),
      });
      // "The content of the response body is ignored by the client" (RFC 7009 §2.2).
      res.status(200).end();
    },
  ];
}
