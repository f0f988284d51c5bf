/**
 * The keys that clients publish, put together: fetching, limits, and what is remembered.
 *
 * @module
 */
import {
  createFetchAdmission,
  KEYS_OF_A_SITE,
  type FetchAdmissionParts,
} from './fetch-admission.ts';
import type { GetJson } from './outbound/port.ts';
import { createRemembered } from './outbound/remembered.ts';
import type { PublishedKeys } from './services/client-assertion.ts';
import { loadFailureOf } from './services/load-failure.ts';
import { createKeyFetching, createKeySource } from './services/published-keys.ts';

const MINUTE_MS = 60_000;

/** At most 32 KB each, as they were sent. */
const MAX_REMEMBERED = 1000;
const FRESH = { minMs: 5 * MINUTE_MS, maxMs: 60 * MINUTE_MS };
const STALE_MS = 24 * 60 * MINUTE_MS;

/** Whoever signs with anything makes us ask: that nothing was to be had stands as long as a set does. */
const HOLD_MS = 30_000;

/**
 * Windows are fixed: at the edge between two of them a site can have what it may have in both under way,
 * as slow as its servers like. A third is left to all others.
 */
const MAX_FLIGHTS = 3 * KEYS_OF_A_SITE;

export interface PublishedKeysParts extends FetchAdmissionParts {
  readonly getJson: GetJson;
  readonly now: () => number;
}

export function createPublishedKeys(parts: PublishedKeysParts): PublishedKeys {
  const { getJson, now } = parts;
  const sets = createRemembered({
    max: MAX_REMEMBERED,
    fresh: FRESH,
    staleMs: STALE_MS,
    staleForTooMany: false,
    holdMs: () => HOLD_MS,
    ...createKeyFetching(getJson, createFetchAdmission('keys', parts), MAX_FLIGHTS),
    failureOf: loadFailureOf,
    now,
  });
  return createKeySource(sets);
}
