/**
 * The introspection endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-2
 * @module
 */
import { randomUUID } from 'node:crypto';
import { parseTokenParameter } from '../protocol/token-parameter.ts';
import { introspectToken, type IntrospectTokenDeps } from '../services/introspect-token.ts';
import { formOf, readBody } from './body.ts';
import { audiencesOf, credentialsOf, type ClientCredentialsDeps } from './client-credentials.ts';
import { admit, type RateLimitDeps } from './rate-limit.ts';
import { sendPrivate } from './send-json.ts';
import type { Handlers } from './chain.ts';

export type IntrospectDeps = IntrospectTokenDeps & ClientCredentialsDeps & RateLimitDeps;

export function introspectHandlers(deps: IntrospectDeps): Handlers {
  const audiences = audiencesOf(deps, 'introspect');
  return [
    ...deps.rateLimits.introspect.middleware,
    ...readBody('application/x-www-form-urlencoded'),
    async function introspect(req, res) {
      const parameters = formOf(req);
      const credentials = credentialsOf(req, parameters, 'invalid_client');
      const token = parseTokenParameter(parameters);
      const answer = await introspectToken(deps, credentials, token, {
        requestId: randomUUID(),
        audiences,
        admit: () => admit(deps, 'introspect', req, res, credentials.client_id),
        network: deps.callers.networkOf(req),
      });
      sendPrivate(res, 200, answer);
    },
  ];
}
