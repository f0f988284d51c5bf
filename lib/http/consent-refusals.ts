/**
 * What a person reads when there is nothing to decide, or nothing was decided.
 *
 * @module
 */
import type { Refusal } from './page-response.ts';

/** The form is not what this person would see now. */
export const CHANGED: Refusal = {
  status: 403,
  why: 'the form is not the page that this person would see now',
  title: 'Please look again',
  explanation:
    'Something changed since this page was shown: the request, or who is logged in. Nothing was decided.',
};

/** Somebody was here before, or the same person. */
export const DECIDED: Refusal = {
  status: 400,
  why: 'the request has been answered already',
  title: 'This request has been answered',
  explanation:
    'You have decided about it already. To connect the app again, start again in the app.',
};

/** Too late, or another browser: the two look the same from outside. */
export const GONE: Refusal = {
  status: 400,
  why: 'the request has expired, or belongs to another browser',
  title: 'This page has expired',
  explanation:
    'It was open for too long, or it was opened in another browser than the one it belongs to. Go back to the app and start again.',
};
