/**
 * The callback endpoint: where identity providers send the browser back to.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#AuthResponse
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { OAuthError } from '../protocol/errors.ts';
import {
  completeLogin,
  type CompleteLoginDeps,
  type CompleteOutcome,
} from '../services/complete-login.ts';
import { queryOf } from './body.ts';
import type { BrowserCookie } from './browser-cookie.ts';
import { GONE, NO_COOKIE, OTHER_BROWSER } from './consent-refusals.ts';
import { consentUrl, type ConsentLocation } from './consent-url.ts';
import { logError, setErrorHeaders } from './error-response.ts';
import { refuseHead } from './login.ts';
import { sendAccountRefusalPage } from './login-pages.ts';
import { loginUrl, type LoginLocation } from './login-url.ts';
import { pathParameter } from './path-parameter.ts';
import { callbackPath, endpointUrl, type EndpointPaths } from './paths.ts';
import { problemOf } from './problems.ts';
import type { RateLimitDeps } from './rate-limit.ts';
import { redirect, refuseWithPage, showError, type PageDeps } from './page-response.ts';
import { returnUrl, showReturn } from './return-page.ts';
import { sendToClient } from './send-to-client.ts';

export type CallbackDeps = CompleteLoginDeps &
  Pick<RateLimitDeps, 'callers'> &
  PageDeps &
  ConsentLocation &
  LoginLocation & {
    readonly paths: ConsentLocation['paths'] &
      LoginLocation['paths'] &
      Pick<EndpointPaths, 'callback'>;
    readonly cookie: BrowserCookie;
  };

export function callbackHandlers(deps: CallbackDeps): RequestHandler[] {
  return [
    refuseHead,
    async function comeBack(req, res) {
      const [state, ...more] = queryOf(req).all('state');
      const [, ...query] = req.originalUrl.split('?');
      const { provider } = req.params as { readonly provider?: string };
      const outcome = await completeLogin(deps, {
        callbackUrl: endpointUrl(deps.issuer, callbackPath(deps.paths, provider)),
        state: more.length === 0 ? state : undefined,
        query: query.join('?'),
        browser: deps.cookie.read(req),
        network: deps.callers.networkOf(req),
        requestId: randomUUID(),
      });
      respond(deps, outcome, req, res);
    },
  ];
}

/** The same below the name of a login. */
export function namedCallbackHandlers(deps: CallbackDeps): RequestHandler[] {
  return [pathParameter('provider', unreadable), ...callbackHandlers(deps)];
}

/** A login that nobody has: nothing can be finished there. */
function unreadable(): OAuthError {
  return new OAuthError('invalid_request', 'the address of the callback cannot be read');
}

function respond(deps: CallbackDeps, outcome: CompleteOutcome, req: Request, res: Response): void {
  switch (outcome.outcome) {
    case 'consent':
      redirect(res, 303, consentUrl(deps, outcome.pending));
      return;
    case 'redirect': {
      const { pending, error } = outcome;
      logError(deps, error, req, 303);
      sendToClient(deps, { ...pending, url: returnUrl(deps, pending, error) }, req, res);
      return;
    }
    case 'page':
      showReturn(deps, outcome, req, res);
      return;
    case 'not_allowed': {
      const { pending, error, upstream, person } = outcome;
      const reference = deps.newReference();
      logError(deps, error, req, 403, { reference });
      const refusal = {
        ...pending,
        reference,
        person,
        switchAccount: loginUrl(deps, pending, { provider: upstream.name, isSwitching: true }),
        returnUrl: returnUrl(deps, pending, error),
      };
      sendAccountRefusalPage(deps, refusal, req, res);
      return;
    }
    case 'unavailable':
      showRetry(deps, outcome, req, res);
      return;
    case 'other_browser':
      refuseWithPage(deps, OTHER_BROWSER, req, res);
      return;
    case 'no_cookie':
      refuseWithPage(deps, NO_COOKIE, req, res);
      return;
    case 'gone':
      refuseWithPage(deps, GONE, req, res);
  }
}

/** The state is used up: to try again is to begin the login again. */
function showRetry(
  deps: CallbackDeps,
  { pending, error, upstream }: Extract<CompleteOutcome, { outcome: 'unavailable' }>,
  req: Request,
  res: Response,
): void {
  setErrorHeaders(res, error);
  const href = loginUrl(deps, pending, upstream ? { provider: upstream.name } : {});
  const link = { kind: 'retry', href } as const;
  const problem = problemOf(error);
  showError(deps, error, { ...pending, problem, status: error.status, link }, req, res);
}
