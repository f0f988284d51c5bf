/**
 * Refusing forms that come from another site, before anything is looked at.
 *
 * @module
 */
import type { RequestHandler } from 'express';
import { sendErrorPage } from './page-response.ts';

/**
 * Our own page sends `Origin: null`, for it asks for no referrer, and `Sec-Fetch-Site: same-origin`
 * where the browser knows that header. A browser that does not know it must name our origin or none;
 * then the CSRF token decides.
 */
export function requireSameOrigin({ issuer }: { readonly issuer: string }): RequestHandler {
  const ownOrigin = new URL(issuer).origin;
  return function refuseCrossSite(req, res, next) {
    const site = req.headers['sec-fetch-site'];
    const origin = req.headers.origin ?? ownOrigin;
    const isOurs =
      site === undefined
        ? origin === ownOrigin
        : site === 'same-origin' && (origin === ownOrigin || origin === 'null');
    if (isOurs) next();
    else {
      sendErrorPage(res, 403, {
        title: 'This form came from another site',
        explanation:
          'Nothing was decided. If you wanted to connect an app, start again in the app.',
      });
    }
  };
}
