/**
 * The keys that clients publish at an address of their own, fetched when one of them is needed.
 *
 * Whoever registers chooses the address, and whoever sends an assertion makes us ask there. So what was
 * asked is remembered, and nobody is asked twice within half a minute, also when nothing came of it.
 * Keys that were good go on being good while nobody can be asked: else a stranger could take them away
 * from a client.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517#section-5
 * @module
 */
import { FetchFailedError, type GetJson, type Loaded, type Remembered } from '../outbound/port.ts';
import { usableKeys, type PublicJsonWebKey } from '../protocol/client-keys.ts';
import { OAuthError } from '../protocol/errors.ts';
import type { PublishedKeys } from './client-assertion.ts';
import { loadFailureOf } from './load-failure.ts';

/** Ten RSA keys of the largest size that counts, with the certificates that stand beside them. */
const MAX_BYTES = 32 * 1024;

type Keys = readonly PublicJsonWebKey[];

export interface KeyFetching {
  /** @throws {OAuthError} `temporarily_unavailable` for one that is one too many. */
  readonly admit: (jwks_uri: string, network: string | undefined) => Promise<void>;
  /** @throws What {@link loadFailureOf} tells apart. */
  readonly load: (jwks_uri: string) => Promise<Loaded<Keys>>;
}

/**
 * @param admit - Counts a fetch: not one for which there is no room, for nothing is sent then.
 * @param maxFlights - So many are under way at once: each may last as long as a stranger's server likes.
 */
export function createKeyFetching(
  getJson: GetJson,
  admit: KeyFetching['admit'],
  maxFlights: number,
): KeyFetching {
  let underWay = 0;
  const requireRoom = (): void => {
    if (underWay >= maxFlights) throw unavailable();
  };
  return {
    async admit(jwks_uri, network) {
      // To be counted takes no room: who asks without end, and may not, would have all of it.
      requireRoom();
      await admit(jwks_uri, network);
    },
    async load(jwks_uri) {
      requireRoom();
      underWay += 1;
      try {
        const { json, freshForMs } = await getJson(jwks_uri, { maxBytes: MAX_BYTES });
        return { value: usableKeys(json), freshForMs };
      } finally {
        underWay -= 1;
      }
    },
  };
}

/** @param sets - By their address; on behalf of a network. */
export function createKeySource(sets: Remembered<Keys, string | undefined>): PublishedKeys {
  return {
    async find(jwks_uri, kid, network) {
      // A key that is not among those that are remembered may be new.
      const isThere = (keys: Keys): boolean =>
        kid === undefined || keys.some((key) => key['kid'] === kid);
      try {
        return await sets.get(jwks_uri, network, false, isThere);
      } catch (error) {
        if (!(error instanceof FetchFailedError)) throw error;
        // That nobody can say is not the same as that there are none.
        if (loadFailureOf(error) === 'passing') throw unavailable(error);
        return [];
      }
    },
  };
}

/** A client that is told it is not known would give up what it has. */
function unavailable(cause?: Error): OAuthError {
  return new OAuthError(
    'temporarily_unavailable',
    'the keys at the jwks_uri of the client cannot be had at the moment',
    { cause, isPlanned: true },
  );
}
