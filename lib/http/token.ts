/**
 * The token endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2
 * @module
 */
import { randomUUID } from 'node:crypto';
import { parseTokenRequest } from '../protocol/token-request.ts';
import { exchangeCode, type ExchangeCodeDeps } from '../services/exchange-code.ts';
import { refresh, type RefreshDeps } from '../services/refresh.ts';
import { formOf, readBody } from './body.ts';
import { audiencesOf, credentialsOf, type ClientCredentialsDeps } from './client-credentials.ts';
import { admit, type RateLimitDeps } from './rate-limit.ts';
import { sendPrivate } from './send-json.ts';
import type { Handlers } from './chain.ts';

export type TokenDeps = ExchangeCodeDeps & RefreshDeps & ClientCredentialsDeps & RateLimitDeps;

export function tokenHandlers(deps: TokenDeps): Handlers {
  const audiences = audiencesOf(deps, 'token');
  return [
    ...deps.rateLimits.token.middleware,
    ...readBody('application/x-www-form-urlencoded'),
    async function respondWithTokens(req, res) {
      const parameters = formOf(req);
      const request = parseTokenRequest(parameters);
      const credentials = credentialsOf(req, parameters);
      const attempt = {
        requestId: randomUUID(),
        audiences,
        admit: () => admit(deps, 'token', req, res, credentials.client_id),
        network: deps.callers.networkOf(req),
        seenFrom: deps.callers.seenFrom(req),
      };
      const tokens =
        request.grant_type === 'authorization_code'
          ? await exchangeCode(deps, credentials, request, attempt)
          : await refresh(deps, credentials, request, attempt);
      sendPrivate(res, 200, tokens);
    },
  ];
}
