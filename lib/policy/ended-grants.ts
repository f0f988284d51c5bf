/**
 * How long it is remembered that an operator has ended what a client had been given.
 *
 * @module
 */
import { CONSENT_TTL_MS } from './remembered-consent.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** As long as anything of before can live: a grant, or a consent that would lead to the next one. */
export function endedGrantsTtlMs(grantMaxTtlMs: number): number {
  return Math.max(grantMaxTtlMs, CONSENT_TTL_MS) + DAY_MS;
}
