/**
 * The client registration endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3
 * @module
 */
import type { Request, RequestHandler, Response } from 'express';
import { parseBearer } from '../protocol/challenge.ts';
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
import { authorizationOf } from './authorization-header.ts';
import { jsonOf, readBody } from './body.ts';
import { askedFrom } from './caller.ts';
import { challengeToken } from './challenge.ts';
import { admit, refund, type RateLimitDeps } from './rate-limit.ts';
import { sendPrivate } from './send-json.ts';
import type { Handlers } from './chain.ts';

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
    async function respondWithClientInformation(req, res) {
      sendPrivate(res, 201, await registered(deps, req, res));
    },
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
    registerClient(deps, jsonOf(req), { licence, ...askedFrom(deps, req) });
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
  return requireRegistrationAccess(deps, parseBearer(authorizationOf(req)));
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
  return async function admitRegistration(req, res, next) {
    await deps.switchesKnown();
    if (accessOf(deps, req) === undefined) await admit(deps, 'register', req, res);
    next();
  };
}

export const challengeRegistrant = challengeToken('client registration');
