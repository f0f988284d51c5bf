/**
 * The client registration endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3
 * @module
 */
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { formatChallenge, parseBearer } from '../protocol/challenge.ts';
import type { ClientInformation } from '../protocol/client.ts';
import { OAuthError } from '../protocol/errors.ts';
import { registerClient, type RegisterClientDeps } from '../services/register-client.ts';
import {
  requireRegistrationAccess,
  type RegistrationAccessDeps,
} from '../services/registration-access.ts';
import { jsonOf, readBody } from './body.ts';
import { noStore } from './middleware.ts';
import { limitRequests, refund, type RateLimitDeps } from './rate-limit.ts';
import { sendJson } from './send-json.ts';
import { step, type Handlers } from './step.ts';

export type RegisterDeps = RegisterClientDeps & RegistrationAccessDeps & RateLimitDeps;

export function registerHandlers(deps: RegisterDeps): Handlers {
  return [
    noStore,
    requireInitialAccessToken(deps),
    ...deps.rateLimits.register.middleware,
    limitRequests(deps, 'register'),
    ...readBody('application/json'),
    step(async function respondWithClientInformation(req, res) {
      sendJson(res, 201, await registered(deps, req));
    }),
    challengeRegistrant,
  ];
}

/** What is refused counts, also when there is no room; what breaks does not. */
async function registered(deps: RegisterDeps, req: Request): Promise<ClientInformation> {
  try {
    return await registerClient(deps, jsonOf(req));
  } catch (error) {
    if (!(error instanceof OAuthError)) refund(deps, 'register', req);
    throw error;
  }
}

/** Before the body is read: who may not register costs nothing more. */
function requireInitialAccessToken(deps: RegistrationAccessDeps): RequestHandler {
  return function checkInitialAccessToken(req, _res, next) {
    requireRegistrationAccess(deps, parseBearer(req.headers.authorization));
    next();
  };
}

/** RFC 6750 §3: who has no initial access token, or a wrong one, is told that one is needed. */
const challengeRegistrant: ErrorRequestHandler = function challengeRegistrant(
  thrown,
  req,
  res,
  next,
) {
  if (thrown instanceof OAuthError && thrown.code === 'invalid_token') {
    const isTried = parseBearer(req.headers.authorization) !== undefined;
    const challenge = { realm: 'client registration', ...(isTried && { error: thrown }) };
    res.set('WWW-Authenticate', formatChallenge(challenge));
  }
  next(thrown);
};
