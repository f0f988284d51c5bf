/**
 * How often this server asks addresses that strangers choose, and who makes it ask.
 *
 * @module
 */
import { OAuthError } from './protocol/errors.ts';
import { NO_NETWORK } from './protocol/network.ts';
import { limitOf, type LimiterStore } from './rate-limits.ts';
import { createRequestGate, type Limit, type RequestGateDeps } from './services/request-gate.ts';

const WINDOW_SECONDS = 60;

/** Sets of keys in a minute for one site; how many may be under way at once is derived from it. */
export const KEYS_OF_A_SITE = 15;

/** Fetches in a minute. What is remembered is not counted. */
export const FETCH_LIMITS = {
  documents: limitsOf('documents', { network: 30, site: 60 }),
  keys: limitsOf('client-keys', { network: 10, site: KEYS_OF_A_SITE }),
} as const;

/** What one caller is limited by is less than what everybody is: nobody uses that up alone. */
function limitsOf(name: string, { network, site }: { network: number; site: number }) {
  return [
    { name, by: 'network', limit: network },
    { name: `${name}-site`, by: 'site', limit: site },
    { name: `${name}-network-host`, by: 'network and host', limit: 5 },
    { name: `${name}-site-host`, by: 'site and host', limit: 10 },
    { name: `${name}-host`, by: 'host', limit: 30 },
    { name: `${name}-total`, by: 'all', limit: 120 },
  ] as const;
}

/** What is fetched, as the description of a refusal names it. */
const WORDS = { documents: 'client metadata documents', keys: 'keys of clients' };

export interface FetchAdmissionParts extends RequestGateDeps {
  readonly store: LimiterStore;
}

/**
 * Counts fetches.
 *
 * @returns A function that throws `temporarily_unavailable` for one that is one too many. Its network is
 * `undefined` when it is not counted.
 */
export function createFetchAdmission(
  what: keyof typeof FETCH_LIMITS,
  parts: FetchAdmissionParts,
): (url: string, network: string | undefined) => Promise<void> {
  const limits = FETCH_LIMITS[what].map(({ name, by, limit }): Limit => {
    return limitOf({ name, limit, windowSeconds: WINDOW_SECONDS }, by, true, parts.store);
  });
  const ofEverybody = limits.filter(({ by }) => by === 'host' || by === 'all');
  const gate = createRequestGate(limits, parts);
  // Who is not counted has no network to be counted by; the others are still asked no more often.
  const shared = createRequestGate(ofEverybody, parts);
  return async (url, network) => {
    const host = new URL(url).hostname;
    const { isWithin, quota, resetMs } = await (network === undefined
      ? shared.admit({ network: NO_NETWORK, host })
      : gate.admit({ network, host }));
    if (isWithin) return;
    const isTheirs = !ofEverybody.some((limit) => limit.quota === quota);
    throw new OAuthError(
      'temporarily_unavailable',
      `too many ${WORDS[what]} are being fetched: try again later`,
      {
        detail: { limit: quota.name },
        retryAfterSeconds: Math.max(Math.ceil(resetMs / 1000), 1),
        isPlanned: true,
        ...(isTheirs && { status: 429 }),
      },
    );
  };
}
