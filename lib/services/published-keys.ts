/**
 * The keys that clients publish at an address of their own, fetched when one of them is needed.
 *
 * Whoever registers chooses the address, and whoever sends an assertion makes us ask there. So what was
 * asked is remembered, also when nothing came of it; nobody is asked twice within half a minute; and
 * what one network can make us ask, and one host be asked, has an end. Keys that were good go on being
 * good while nobody can be asked: else a stranger could take them away from a client.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517#section-5
 * @module
 */
import { FetchFailedError, type GetJson } from '../outbound/port.ts';
import { usableKeys, type PublicJsonWebKey } from '../protocol/client-keys.ts';
import { OAuthError } from '../protocol/errors.ts';
import type { PublishedKeys } from './client-assertion.ts';

/** Ten RSA keys of the largest size that counts, and what stands around them. */
const MAX_BYTES = 32 * 1024;

/** A key that is not among those that are remembered may be new; one that is there may be gone. */
const COOLDOWN_MS = 30_000;
const FRESH_MS = { min: 5 * 60_000, max: 60 * 60_000 };

/** So long keys are used beyond that while their host does not answer, or is not asked. */
const STALE_MS = 24 * 60 * 60_000;

/** So many sets are remembered, those that were fetched first go first. */
const MAX_SETS = 1_000;

/** So many fetches are under way at once; so many go to one host, or come of one network, within a cooldown. */
const MAX_FLIGHTS = 20;
const MAX_PER_HOST = 20;
const MAX_PER_NETWORK = 5;

export interface PublishedKeysDeps {
  readonly getJson: GetJson;
  readonly now: () => number;
}

/** What is known of one address; without keys, that nothing was to be had. */
interface KeySet {
  readonly keys: readonly PublicJsonWebKey[];
  /** Nobody could say, which is not the same as nothing. */
  readonly isAway: boolean;
  readonly askedAt: number;
  readonly freshUntil: number;
}

const NOTHING: KeySet = { keys: [], isAway: true, askedAt: -Infinity, freshUntil: -Infinity };

export function createPublishedKeys(deps: PublishedKeysDeps): PublishedKeys {
  const { now } = deps;
  const sets = new Map<string, KeySet>();
  const flights = new Map<string, Promise<KeySet>>();
  const networks = createTally(now);

  const askedOfHost = (host: string): number =>
    [...sets].filter(([uri, { askedAt }]) => hostOf(uri) === host && now() < askedAt + COOLDOWN_MS)
      .length + [...flights.keys()].filter((uri) => hostOf(uri) === host).length;

  const isOneTooMany = (jwks_uri: string, network: string | undefined): boolean =>
    flights.size >= MAX_FLIGHTS ||
    askedOfHost(hostOf(jwks_uri)) >= MAX_PER_HOST ||
    (network !== undefined && networks.add(network) > MAX_PER_NETWORK);

  const fetched = (jwks_uri: string, before: KeySet): Promise<KeySet> => {
    const flight = askFor(deps, jwks_uri, before).then((set) => {
      sets.delete(jwks_uri);
      sets.set(jwks_uri, set);
      const [first] = sets.keys();
      if (sets.size > MAX_SETS && first !== undefined) sets.delete(first);
      return set;
    });
    flights.set(jwks_uri, flight);
    return flight.finally(() => flights.delete(jwks_uri));
  };

  const isEnough = (set: KeySet, kid: string | undefined): boolean => {
    if (now() < set.askedAt + COOLDOWN_MS) return true;
    const isThere = kid === undefined || set.keys.some((key) => key['kid'] === kid);
    return isThere && now() < set.freshUntil;
  };

  const found = async (
    jwks_uri: string,
    kid: string | undefined,
    network: string | undefined,
  ): Promise<KeySet> => {
    const known = sets.get(jwks_uri) ?? NOTHING;
    if (isEnough(known, kid)) return known;
    const flying = flights.get(jwks_uri);
    if (flying) return flying;
    if (!isOneTooMany(jwks_uri, network)) return fetched(jwks_uri, known);
    return now() < known.freshUntil + STALE_MS ? known : NOTHING;
  };

  return {
    async find(jwks_uri, kid, network) {
      const { keys, isAway } = await found(jwks_uri, kid, network);
      if (isAway) throw unavailable();
      return keys;
    },
  };
}

/** How often each asked within a cooldown; forgotten with it, so that it has a bound. */
function createTally(now: () => number): { add: (network: string) => number } {
  const counts = new Map<string, number>();
  let endsAt = -Infinity;
  return {
    add(network) {
      if (now() >= endsAt) {
        counts.clear();
        endsAt = now() + COOLDOWN_MS;
      }
      const count = (counts.get(network) ?? 0) + 1;
      counts.set(network, count);
      return count;
    },
  };
}

async function askFor(
  { getJson, now }: PublishedKeysDeps,
  jwks_uri: string,
  before: KeySet,
): Promise<KeySet> {
  try {
    const { json, freshForMs } = await getJson(jwks_uri, { maxBytes: MAX_BYTES });
    const freshMs = Math.min(Math.max(freshForMs, FRESH_MS.min), FRESH_MS.max);
    const askedAt = now();
    return { keys: usableKeys(json), isAway: false, askedAt, freshUntil: askedAt + freshMs };
  } catch (error) {
    if (!(error instanceof FetchFailedError)) throw error;
    const isAway = error.failure === 'away' || error.failure === 'unknown_host';
    const askedAt = now();
    // What was said to be good for so long is, whoever makes us ask earlier; and longer, while nobody answers.
    const isKept = askedAt < before.freshUntil + (isAway ? STALE_MS : 0);
    return isKept ? { ...before, askedAt } : { ...NOTHING, isAway, askedAt };
  }
}

function hostOf(uri: string): string {
  return new URL(uri).hostname;
}

/** A client that is told it is not known would give up what it has. */
function unavailable(): OAuthError {
  return new OAuthError(
    'temporarily_unavailable',
    'the keys at the jwks_uri of the client cannot be had at the moment',
    { isPlanned: true },
  );
}
