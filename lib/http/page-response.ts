/**
 * Sending pages, and the one error handler of the endpoints that a person sees.
 *
 * @module
 */
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from '../operations/logger.ts';
import { renderErrorPage, type ErrorPage } from '../pages/error.ts';
import { CONTENT_SECURITY_POLICY } from '../pages/layout.ts';
import { OAuthError } from '../protocol/errors.ts';
import { logError, setErrorHeaders } from './error-response.ts';
import { toOAuthError } from './errors.ts';

/** The headers of every page and redirect, whatever the host's own middleware has set. */
export const pageHeaders: RequestHandler = function pageHeaders(_req, res, next) {
  res.set({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  });
  next();
};

export function sendPage(res: Response, status: number, html: string): void {
  res.status(status).type('text/html').end(html);
}

export function sendErrorPage(res: Response, status: number, data: ErrorPage): void {
  sendPage(res, status, renderErrorPage(data));
}

/** Redirects with a body of nothing: the code in the URL is for the client alone. */
export function redirect(res: Response, status: 302 | 303, url: string): void {
  res.status(status).set('Location', url).end();
}

/** A page that says no, and what the log says of it. */
export interface Refusal extends ErrorPage {
  readonly status: 400 | 403;
  readonly why: string;
}

/** Says no to something that no client has to hear of. */
export function refuseWithPage(
  { logger }: { readonly logger: Logger },
  { status, why, ...page }: Refusal,
  req: Request,
  res: Response,
): void {
  logError(logger, new OAuthError('invalid_request', why), req, status);
  sendErrorPage(res, status, page);
}

export interface PageErrorDeps {
  readonly logger: Logger;
  /** The path of the endpoint as the browser sees it. */
  readonly here: string;
}

export function pageErrorHandler({ logger, here }: PageErrorDeps): ErrorRequestHandler {
  return function answerWithPage(thrown: unknown, req, res, next) {
    if (res.headersSent) {
      next(thrown);
      return;
    }
    const error = toOAuthError(thrown);
    // 401 would make a browser ask for a password.
    const status = error.status === 401 ? 400 : error.status;
    logError(logger, error, req, status);
    setErrorHeaders(res, error);
    sendErrorPage(res, status, errorPage(error, repeatedAt(here, req)));
  };
}

/** Where to try again; nowhere after a form whose parameters are gone. */
function repeatedAt(here: string, { method, originalUrl }: Request): string | undefined {
  const [query = ''] = /\?.*/s.exec(originalUrl) ?? [];
  return method === 'GET' || query !== '' ? `${here}${query}` : undefined;
}

function errorPage(error: OAuthError, here: string | undefined): ErrorPage {
  if (error.status === 503) {
    return {
      title: 'Not available at the moment',
      explanation:
        'The server cannot answer right now. Try again in a moment; nothing is done twice.',
      ...(here !== undefined && { link: { href: here, text: 'Try again' } }),
    };
  }
  if (error.status === 429) {
    return {
      title: 'Too many requests',
      explanation:
        'More requests came from your network than this server takes in so short a time. Wait a moment and try again.',
      ...(here !== undefined && { link: { href: here, text: 'Try again' } }),
    };
  }
  if (error.status >= 500) {
    return {
      title: 'Something went wrong',
      explanation: 'The fault is on our side. Go back to the app and try again later.',
    };
  }
  return refusalPage(error);
}

/** A page for a refusal that has no client to go back to. */
export function refusalPage(error: OAuthError): ErrorPage {
  const details = { error: error.code, reason: error.description };
  if (error.code === 'invalid_client') {
    return {
      title: 'This app must be connected again',
      explanation:
        'The app that sent you here is not, or no longer, registered with this server. Remove the connection in the app and connect it again.',
      ...details,
    };
  }
  if (error.code === 'invalid_scope') {
    return {
      title: 'The app asked for more than it may have',
      explanation:
        'It asked for access that it did not register for, or that does not exist here. Only its developer, or the operator of this server, can change that.',
      ...details,
    };
  }
  return {
    title: 'This request cannot be answered',
    explanation: 'The app that sent you here asked in a way that this server does not accept.',
    ...details,
  };
}
