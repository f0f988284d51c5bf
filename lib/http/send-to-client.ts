/**
 * Back to the client, with a code or an error.
 *
 * @module
 */
import type { Request, Response } from 'express';
import { destinationOf } from '../pages/destination.ts';
import { languageOf, redirect, sendPage, type PageDeps } from './page-response.ts';

/** Where to, and in whose language. */
export interface ClientAnswer {
  /** The redirect URI with the parameters of the answer. */
  readonly url: string;
  readonly ui_locales?: string | undefined;
}

/**
 * A browser gets a page that goes on by itself, for it would hold a redirect against the `form-action`
 * of the page before, which may be a host's or a proxy's. Whatever is no browser, or an old one, is
 * redirected: 303, so that a form is not posted on to the client (RFC 9700 §4.12).
 */
export function sendToClient(
  deps: PageDeps,
  { url, ui_locales }: ClientAnswer,
  req: Request,
  res: Response,
): void {
  if (!isNavigation(req)) {
    redirect(res, 303, url);
    return;
  }
  const data = { url, destination: destinationOf(url) };
  sendPage(
    deps,
    { kind: 'navigation', data },
    { language: languageOf(deps, req, ui_locales) },
    res,
  );
}

/** What a browser says when it is about to show the answer in a tab (Fetch Metadata §2). */
function isNavigation({ headers }: Request): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}
