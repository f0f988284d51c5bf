/**
 * The token endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { OAuthError } from '../protocol/errors.ts';
import { parseTokenRequest } from '../protocol/token-request.ts';
import { exchangeCode, type ExchangeCodeDeps } from '../services/exchange-code.ts';
import { refresh, type RefreshDeps } from '../services/refresh.ts';
import { formOf, readBody } from './body.ts';
import { noStore } from './middleware.ts';
import { sendJson } from './send-json.ts';
import { step } from './step.ts';

export type TokenDeps = ExchangeCodeDeps & RefreshDeps;

export function tokenHandlers(deps: TokenDeps): RequestHandler[] {
  return [
    noStore,
    ...readBody('application/x-www-form-urlencoded'),
    refuseClientAuthentication,
    step(async function respondWithTokens(req, res) {
      const request = parseTokenRequest(formOf(req));
      const requestId = randomUUID();
      const tokens =
        request.grant_type === 'authorization_code'
          ? await exchangeCode(deps, request, requestId)
          : await refresh(deps, request, requestId);
      // For caches that know only HTTP/1.0 (RFC 6749 §5.1).
      sendJson(res.set('Pragma', 'no-cache'), 200, tokens);
    }),
  ];
}

/**
 * Every client here is public: whoever authenticates in the header is not one of ours, and learns
 * it by the scheme it used (RFC 6749 §5.2).
 */
const refuseClientAuthentication: RequestHandler = function refuseClientAuthentication(
  req,
  res,
  next,
) {
  if (req.headers.authorization === undefined) {
    next();
    return;
  }
  res.set('WWW-Authenticate', 'Basic realm="token endpoint", charset="UTF-8"');
  throw new OAuthError('invalid_client', 'the client is not known, or its credentials are wrong');
};
