/**
 * Refusing forms that come from another site, before anything is looked at.
 *
 * @module
 */
import type { RequestHandler } from 'express';
import { refuseWithPage, type PageDeps, type Refusal } from './page-response.ts';

const FROM_ANOTHER_SITE: Refusal = {
  status: 403,
  problem: 'otherSite',
  why: 'the form came from another site',
};

export interface SameOriginDeps extends PageDeps {
  readonly issuer: string;
}

/**
 * Browsers say whether a form is ours by `Sec-Fetch-Site`; those that do not know that header name
 * their origin, which must then be the issuer's. Where both are there they must agree: the origin is
 * ours, or that of the address by which the browser reached us, or kept back (`null`). What comes
 * without either is left to the CSRF token.
 */
export function requireSameOrigin(deps: SameOriginDeps): RequestHandler {
  const ownOrigin = new URL(deps.issuer).origin;
  return function refuseCrossSite(req, res, next) {
    const { origin = ownOrigin, host = '' } = req.headers;
    const site = req.headers['sec-fetch-site'];
    const isHere = ['null', `http://${host}`, `https://${host}`].includes(origin);
    const isOurs = origin === ownOrigin || (site !== undefined && isHere);
    if (isOurs && (site === undefined || site === 'same-origin')) next();
    else refuseWithPage(deps, FROM_ANOTHER_SITE, req, res);
  };
}
