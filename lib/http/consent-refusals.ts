/**
 * What a person reads when there is nothing to decide, or nothing was decided.
 *
 * @module
 */
import type { Refusal } from './page-response.ts';

/** The form is not what this person would see now. */
export const CHANGED: Refusal = {
  status: 403,
  problem: 'changed',
  why: 'the form is not the page that this person would see now',
};

/** Allowed, but nothing of it. The page is shown again, and says so. */
export const NOTHING_CHOSEN = 'the form allows nothing of what was asked for';

/** Somebody was here before, or the same person. */
export const DECIDED: Refusal = {
  status: 400,
  problem: 'decided',
  why: 'the request has been answered already',
};

/** Too late, or another browser: the two look the same from outside. */
export const GONE: Refusal = {
  status: 400,
  problem: 'expired',
  why: 'the request has expired, or belongs to another browser',
};

/** The browser that began has a cookie of ours: this one cannot be it, or does not show it. */
export const NO_COOKIE: Refusal = {
  status: 400,
  problem: 'noCookie',
  why: 'the browser sent no cookie',
};

/** A login that ended here began in another browser; which request it was for is not said. */
export const OTHER_BROWSER: Refusal = {
  status: 400,
  problem: 'otherBrowser',
  why: 'the login was begun in another browser, or has ended already',
};
