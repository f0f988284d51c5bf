/**
 * The authorization endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.1
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { LoginPort } from '../login/port.ts';
import { destinationOf } from '../pages/destination.ts';
import { formatErrorResponse } from '../protocol/authorization-response.ts';
import { OAuthError } from '../protocol/errors.ts';
import type { Parameters } from '../protocol/parameters.ts';
import {
  beginAuthorization,
  type BeginAuthorizationDeps,
  type BeginOutcome,
} from '../services/begin-authorization.ts';
import type { ProvenTarget } from '../services/proven-target.ts';
import { formOf, queryOf, readBody } from './body.ts';
import type { BrowserCookie } from './browser-cookie.ts';
import { consentUrl } from './consent-url.ts';
import { logError } from './error-response.ts';
import { browserPath, type EndpointPaths } from './paths.ts';
import { redirect, showError, type PageDeps } from './page-response.ts';
import { problemOf } from './problems.ts';
import { admit, type RateLimitDeps } from './rate-limit.ts';

/** Half of what Node takes for all headers of a request. */
const MAX_QUERY_LENGTH = 8 * 1024;

export interface AuthorizeDeps extends BeginAuthorizationDeps, RateLimitDeps, PageDeps {
  readonly issuer: string;
  readonly paths: Pick<EndpointPaths, 'authorize' | 'consent'>;
  readonly login: Pick<LoginPort, 'person' | 'loginUrl'>;
  readonly cookie: BrowserCookie;
}

/** `GET`: parameters in the query. */
export function authorizeHandlers(deps: AuthorizeDeps): RequestHandler[] {
  return [
    function refuseHead(req, res, next) {
      // Express sends HEAD to the handler of GET; here that would begin an authorization.
      if (req.method === 'HEAD') res.set('Allow', 'GET, POST').status(405).end();
      else next();
    },
    ...deps.rateLimits.authorize.middleware,
    async function beginFromQuery(req, res) {
      await begin(deps, queryOf(req), req, res);
    },
  ];
}

/** `POST`: parameters in the body, and only there (OpenID Connect Core §3.1.2.1). */
export function authorizePostHandlers(deps: AuthorizeDeps): RequestHandler[] {
  return [
    ...deps.rateLimits.authorize.middleware,
    ...readBody('application/x-www-form-urlencoded'),
    async function beginFromForm(req, res) {
      if (req.originalUrl.includes('?')) {
        throw new OAuthError('invalid_request', 'parameters must be in the body only');
      }
      const parameters = formOf(req);
      // A form of another site comes without our cookie; sent on as a GET it comes with it. A new
      // cookie here would take the place of the one that other tabs of this browser rely on.
      if (isFromAnotherSite(req) && deps.cookie.read(req) === undefined) {
        redirect(res, 303, asQuery(deps, parameters));
        return;
      }
      await begin(deps, parameters, req, res);
    },
  ];
}

/** The same request as a GET. */
function asQuery({ issuer, paths }: AuthorizeDeps, parameters: Parameters): string {
  const query = parameters.toString();
  if (query.length > MAX_QUERY_LENGTH) {
    throw new OAuthError('invalid_request', 'the parameters are too long', { status: 413 });
  }
  return `${browserPath(issuer, paths.authorize)}?${query}`;
}

function isFromAnotherSite(req: Request): boolean {
  const site = req.headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}

async function begin(
  deps: AuthorizeDeps,
  parameters: Parameters,
  req: Request,
  res: Response,
): Promise<void> {
  let person: ReturnType<LoginPort['person']> | undefined;
  const outcome = await beginAuthorization(deps, parameters, {
    browser: () => deps.cookie.ensure(req, res),
    knownBrowser: () => deps.cookie.read(req),
    person: () => (person ??= deps.login.person(req)),
    admit: () => admit(deps, 'authorize', req, res),
    network: deps.callers.networkOf(req),
    seenFrom: deps.callers.seenFrom(req),
    newRequestId: randomUUID,
  });
  respond(deps, outcome, req, res);
}

function respond(deps: AuthorizeDeps, outcome: BeginOutcome, req: Request, res: Response): void {
  const onward = req.method === 'POST' ? 303 : 302;
  switch (outcome.show) {
    case 'login':
      redirect(
        res,
        onward,
        deps.login.loginUrl({ return_to: consentUrl(deps, outcome.pending), ...outcome.request }),
      );
      return;
    case 'elsewhere':
      redirect(res, onward, outcome.url);
      return;
    case 'consent':
      redirect(res, onward, consentUrl(deps, outcome.pending));
      return;
    case 'code':
      redirect(res, 303, outcome.url);
      return;
    case 'redirect':
      logError(deps, outcome.error, req, 303, clientOf(outcome));
      redirect(res, 303, errorUrl(deps, outcome.target, outcome.error));
      return;
    case 'page':
      showRefusal(deps, outcome, req, res);
  }
}

/** Whose request was refused; nothing of it is believed before the client is found. */
function clientOf({ target }: { readonly target?: ProvenTarget }): { readonly client_id?: string } {
  return target ? { client_id: target.client.client_id } : {};
}

/** The error stays here; whether to go back with it is for the person to decide. */
function showRefusal(
  deps: AuthorizeDeps,
  outcome: Extract<BeginOutcome, { show: 'page' }>,
  req: Request,
  res: Response,
): void {
  const { error, target } = outcome;
  const view = {
    problem: problemOf(error),
    status: 400,
    isForDeveloper: true,
    fields: clientOf(outcome),
    ...(target && {
      link: {
        kind: 'return',
        href: errorUrl(deps, target, error),
        destination: destinationOf(target.redirect_uri),
      } as const,
    }),
  };
  showError(deps, error, view, req, res);
}

function errorUrl({ issuer }: AuthorizeDeps, target: ProvenTarget, error: OAuthError): string {
  return formatErrorResponse({ ...target, issuer }, error);
}
