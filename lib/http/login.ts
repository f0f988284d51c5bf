/**
 * The login endpoint, where identity providers are the login: the page on which a person chooses one,
 * and the way there.
 *
 * @module
 */
import type { Request, RequestHandler, Response } from 'express';
import {
  beginLogin,
  type BeginLoginDeps,
  type BeginLoginOutcome,
} from '../services/begin-login.ts';
import { queryOf } from './body.ts';
import type { BrowserCookie } from './browser-cookie.ts';
import { DECIDED, GONE, NO_COOKIE } from './consent-refusals.ts';
import { parseConsentQuery } from './consent-url.ts';
import { sendLoginChoicePage } from './login-pages.ts';
import { loginUrl, type LoginLocation } from './login-url.ts';
import { redirect, refuseWithPage, type PageDeps } from './page-response.ts';
import { limitRequests, type RateLimitDeps } from './rate-limit.ts';
import { showReturn } from './return-page.ts';

export type LoginDeps = RateLimitDeps &
  BeginLoginDeps &
  PageDeps &
  LoginLocation & { readonly cookie: BrowserCookie };

export function loginHandlers(deps: LoginDeps): RequestHandler[] {
  return [
    refuseHead,
    ...deps.rateLimits.authorize.middleware,
    limitRequests(deps, 'authorize'),
    async function chooseLogin(req, res) {
      const parameters = queryOf(req);
      const handle = parseConsentQuery(parameters);
      const browser = deps.cookie.read(req);
      if (!handle || browser === undefined) {
        refuseWithPage(deps, handle ? NO_COOKIE : GONE, req, res);
        return;
      }
      const provider = parameters.get('provider');
      const outcome = await beginLogin(deps, {
        grant_id: handle.grant_id,
        browser,
        ...(provider !== undefined && { provider }),
        isSwitching: parameters.get('switch') !== undefined,
        network: deps.callers.networkOf(req),
      });
      respond(deps, outcome, req, res);
    },
  ];
}

function respond(deps: LoginDeps, outcome: BeginLoginOutcome, req: Request, res: Response): void {
  switch (outcome.outcome) {
    case 'go':
      redirect(res, 302, outcome.url);
      return;
    case 'choose': {
      const { pending, upstreams, isSwitching } = outcome;
      const logins = upstreams.map(({ name, label }) => ({
        label,
        href: loginUrl(deps, pending, { provider: name, isSwitching }),
      }));
      sendLoginChoicePage(deps, { ...pending, logins }, req, res);
      return;
    }
    case 'refused':
      showReturn(deps, outcome, req, res);
      return;
    case 'decided':
      refuseWithPage(deps, DECIDED, req, res);
      return;
    case 'gone':
      refuseWithPage(deps, GONE, req, res);
  }
}

/** Express sends HEAD to the handler of GET; here that would begin a login, or use up its answer. */
export const refuseHead: RequestHandler = function refuseHead(req, res, next) {
  if (req.method === 'HEAD') res.set('Allow', 'GET').status(405).end();
  else next();
};
