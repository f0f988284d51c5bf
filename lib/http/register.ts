/**
 * The client registration endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3
 * @module
 */
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { formatChallenge, parseBearer } from '../protocol/challenge.ts';
import type { ClientInformation } from '../protocol/client.ts';
import { OAuthError } from '../protocol/errors.ts';
import { registerClient, type RegisterClientDeps } from '../services/register-client.ts';
import {
  requireRegistrationAccess,
  type RegistrationAccessDeps,
} from '../services/registration-access.ts';
import {
  withInitialAccessToken,
  type UseInitialAccessTokenDeps,
} from '../services/use-initial-access-token.ts';
import type { Licence } from '../storage/store.ts';
import { jsonOf, readBody } from './body.ts';
import { askedFrom } from './caller.ts';
import { admit, refund, type RateLimitDeps } from './rate-limit.ts';
import { sendJson } from './send-json.ts';
import { step, type Handlers } from './step.ts';

export type RegisterDeps = RegisterClientDeps &
  RegistrationAccessDeps &
  UseInitialAccessTokenDeps &
  RateLimitDeps & {
    /** Waits until it is known whether registration is closed. */
    readonly switchesKnown: () => Promise<void>;
  };

export function registerHandlers(deps: RegisterDeps): Handlers {
  return [
    requireAccess(deps),
    ...deps.rateLimits.register.middleware,
    limitRegistrations(deps),
    ...readBody('application/json'),
    step(async function respondWithClientInformation(req, res) {
      sendJson(res, 201, await registered(deps, req, res));
    }),
  ];
}

/** What is refused counts, also when there is no room; what breaks does not. */
async function registered(
  deps: RegisterDeps,
  req: Request,
  res: Response,
): Promise<ClientInformation> {
  const digest = accessOf(deps, req);
  let isCounted = digest === undefined;
  const count = async (): Promise<void> => {
    await admit(deps, 'register', req, res);
    isCounted = true;
  };
  const register = (licence?: Licence): Promise<ClientInformation> =>
    registerClient(deps, jsonOf(req), { ...askedFrom(deps, req), licence });
  try {
    return digest === undefined
      ? await register()
      : await withInitialAccessToken(deps, digest, count, register);
  } catch (error) {
    if (isCounted && !(error instanceof OAuthError)) refund(deps, 'register', req);
    throw error;
  }
}

/** By what right somebody registers. */
function accessOf(deps: RegistrationAccessDeps, req: Request): string | undefined {
  return requireRegistrationAccess(deps, parseBearer(req.headers.authorization));
}

/** Before the body is read: who may not register costs nothing more. */
function requireAccess(deps: RegistrationAccessDeps): RequestHandler {
  return function checkAccess(req, _res, next) {
    accessOf(deps, req);
    next();
  };
}

/** A minted token is in the store: its use is taken together with the count, once the body is there. */
function limitRegistrations(deps: RegisterDeps): RequestHandler {
  return step(async function admitRegistration(req, res, next) {
    await deps.switchesKnown();
    if (accessOf(deps, req) === undefined) await admit(deps, 'register', req, res);
    next();
  });
}

/** RFC 6750 §3: who has no initial access token, or a wrong one, is told that one is needed. */
export const challengeRegistrant: ErrorRequestHandler = function challengeRegistrant(
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
