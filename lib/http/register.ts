/**
 * The client registration endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3
 * @module
 */
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { formatChallenge, parseBearer } from '../protocol/challenge.ts';
import { OAuthError } from '../protocol/errors.ts';
import { registerClient, type RegisterClientDeps } from '../services/register-client.ts';
import {
  requireRegistrationAccess,
  type RegistrationAccessDeps,
} from '../services/registration-access.ts';
import { jsonOf, readBody } from './body.ts';
import { noStore } from './middleware.ts';
import { sendJson } from './send-json.ts';
import { step, type Handlers } from './step.ts';

export type RegisterDeps = RegisterClientDeps & RegistrationAccessDeps;

export function registerHandlers(deps: RegisterDeps): Handlers {
  return [
    noStore,
    requireInitialAccessToken(deps),
    ...readBody('application/json'),
    step(async function respondWithClientInformation(req, res) {
      sendJson(res, 201, await registerClient(deps, jsonOf(req)));
    }),
    challengeRegistrant,
  ];
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
