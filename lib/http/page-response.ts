/**
 * Sending pages, and the one error handler of the endpoints that a person sees.
 *
 * @module
 */
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { LogFields } from '../operations/logger.ts';
import type { Language } from '../pages/catalogue.ts';
import type { ErrorLink, ErrorPage, Problem } from '../pages/error.ts';
import type { Page } from '../pages/page.ts';
import { STRICTEST_POLICY, type Pages } from '../pages/pages.ts';
import { OAuthError } from '../protocol/errors.ts';
import { logError, setErrorHeaders, type RefusalDeps } from './error-response.ts';
import { toOAuthError } from './errors.ts';
import { languageChoice } from './language-choice.ts';
import { problemOf } from './problems.ts';

/** What every endpoint needs that shows pages. */
export interface PageDeps extends RefusalDeps {
  readonly pages: Pages;
  /** A few characters at random that a page and the log have in common. */
  readonly newReference: () => string;
}

/** The headers of every page and redirect, whatever the host's own middleware has set. */
export const pageHeaders: RequestHandler = function pageHeaders(_req, res, next) {
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Content-Security-Policy', STRICTEST_POLICY);
  res.setHeader('Referrer-Policy', 'no-referrer');
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('X-Frame-Options', 'DENY');
  next();
};

/** The language of a page. @param ui_locales - Of the request that the page belongs to. */
export function languageOf({ pages }: PageDeps, req: Request, ui_locales?: string): Language {
  const choose = languageChoice(req, ui_locales);
  return pages.languageFor((tags) => choose(tags)(tags));
}

/** To be sent only behind {@link pageHeaders}. */
export function sendPage(
  { pages }: Pick<PageDeps, 'pages'>,
  page: Page,
  { status = 200, language }: { readonly status?: number; readonly language: Language },
  res: Response,
): void {
  const { html, contentSecurityPolicy, ...rendered } = pages.render(page, language);
  res.set({
    'Content-Security-Policy': contentSecurityPolicy,
    'Content-Language': rendered.language,
  });
  res.status(status).type('text/html').end(html);
}

/** Redirects with a body of nothing: the code in the URL is for the client alone. */
export function redirect(res: Response, status: 302 | 303, url: string): void {
  res.statusCode = status;
  res.setHeader('Location', url);
  res.end();
}

/** What a person is told of an error, and what the log is. */
export interface ErrorView {
  readonly problem: Problem;
  readonly status: number;
  /** Whether the page tells the developer of the app the code and the sentence. */
  readonly isForDeveloper?: boolean;
  readonly link?: ErrorLink;
  readonly ui_locales?: string;
  /** What the error itself does not know, for the log. */
  readonly fields?: LogFields;
}

/** Logs an error and shows its page; both have the reference. */
export function showError(
  deps: PageDeps,
  error: OAuthError,
  { problem, status, isForDeveloper = false, link, ui_locales, fields }: ErrorView,
  req: Request,
  res: Response,
): void {
  const reference = deps.newReference();
  logError(deps, error, req, status, { ...fields, reference });
  const data: ErrorPage = {
    problem,
    reference,
    ...(isForDeveloper && { developer: { error: error.code, reason: error.description } }),
    ...(link && { link }),
  };
  const language = languageOf(deps, req, ui_locales);
  sendPage(deps, { kind: 'error', data }, { status, language }, res);
}

/** A page that says no, and what the log says of it. */
export interface Refusal {
  readonly status: 400 | 403;
  readonly problem: Problem;
  readonly why: string;
  readonly link?: ErrorLink;
  readonly ui_locales?: string;
}

/** Says no to something that no client has to hear of. */
export function refuseWithPage(
  deps: PageDeps,
  { why, ...view }: Refusal,
  req: Request,
  res: Response,
): void {
  showError(deps, new OAuthError('invalid_request', why), view, req, res);
}

export interface PageErrorDeps extends PageDeps {
  /** The path of the endpoint as the browser sees it. */
  readonly here: string;
}

export function pageErrorHandler(deps: PageErrorDeps): ErrorRequestHandler {
  return function answerWithPage(thrown: unknown, req, res, next) {
    if (res.headersSent) {
      next(thrown);
      return;
    }
    const error = toOAuthError(thrown);
    // 401 would make a browser ask for a password.
    const status = error.status === 401 ? 400 : error.status;
    setErrorHeaders(res, error);
    const href = repeatedAt(deps.here, req);
    const isPassing = error.status === 503 || error.status === 429;
    const view = {
      problem: problemOf(error),
      status,
      isForDeveloper: error.status < 500 && !isPassing,
      ...(isPassing && href !== undefined && { link: { kind: 'retry', href } as const }),
    };
    showError(deps, error, view, req, res);
  };
}

/** Where to try again; nowhere after a form whose parameters are gone. */
function repeatedAt(here: string, { method, originalUrl }: Request): string | undefined {
  const [query = ''] = /\?.*/s.exec(originalUrl) ?? [];
  return method === 'GET' || query !== '' ? `${here}${query}` : undefined;
}
