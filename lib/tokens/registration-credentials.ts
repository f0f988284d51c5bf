/**
 * What follows on a registration access token: the next token, and the client secret that may go with it.
 *
 * The first token of a client is random. Each one after it is computed from the one that it follows, so
 * that a client whose answer was lost asks again with what it has and gets the same. The store keeps
 * digests only; without the server's secret nobody can tell the next token from this one.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7592#section-3
 * @module
 */
import type { Keyring } from './keyring.ts';

/** The credentials of a client after an update. */
export interface NextCredentials {
  readonly registration_access_token: string;
  readonly client_secret: string;
}

export interface RegistrationCredentials {
  /**
   * What follows on a token, by each of the server's secrets, the one that writes first: a token may have
   * been followed while another secret did.
   */
  next(client_id: string, token: string): readonly [NextCredentials, ...NextCredentials[]];
}

/** @param issuer - Part of every MAC: two servers on one store never come to the same values. */
export function createRegistrationCredentials(
  keyring: Pick<Keyring, 'macs'>,
  issuer: string,
): RegistrationCredentials {
  return {
    next(client_id, token) {
      const parts = [issuer, client_id, token];
      const secrets = keyring.macs('client_secret', parts);
      const [first, ...others] = keyring
        .macs('registration_access_token', parts)
        .map((registration_access_token, nth) => ({
          registration_access_token,
          client_secret: secrets[nth] ?? '',
        }));
      if (!first) throw new TypeError('a keyring has at least one secret');
      return [first, ...others];
    },
  };
}
