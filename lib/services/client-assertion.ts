/**
 * Whether an assertion is the client's own, and good for this once.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-3
 * @module
 */
import type { PublicJsonWebKey } from '../protocol/client-keys.ts';
import type { AssertionStore } from '../storage/store.ts';
import { assertedKey, verifyClientAssertion } from '../tokens/client-assertion.ts';
import { sha256 } from '../tokens/digest.ts';
import type { Client } from './resolve-client.ts';

/** Keys that clients publish. */
export interface PublishedKeys {
  /**
   * @param kid - The key that is needed: for one that is not known the keys may be looked at again.
   * @param network - Of whoever makes us ask; `undefined` when it is not counted.
   * @throws {OAuthError} `temporarily_unavailable` when they cannot be had at the moment.
   */
  find(
    jwks_uri: string,
    kid: string | undefined,
    network: string | undefined,
  ): Promise<readonly PublicJsonWebKey[]>;
}

export interface ClientAssertionDeps {
  readonly assertions: Pick<AssertionStore, 'use'>;
  readonly publishedKeys: PublishedKeys;
  /** The store's clock: it forgets what was used by it, when no instance takes that any more. */
  readonly storeNow: () => number;
}

/**
 * @throws {OAuthError} `temporarily_unavailable` when the keys of the client cannot be had.
 * @throws {StoreUnavailableError} When it cannot be known whether it was used before: then it counts
 * for nothing.
 */
export async function isOwnAssertion(
  { assertions, publishedKeys, storeNow }: ClientAssertionDeps,
  { client_id, metadata }: Client,
  assertion: string,
  {
    audiences,
    network,
  }: { readonly audiences: readonly string[]; readonly network: string | undefined },
): Promise<boolean> {
  const { token_endpoint_auth_method, token_endpoint_auth_signing_alg, jwks, jwks_uri } = metadata;
  if (token_endpoint_auth_method !== 'private_key_jwt') return false;
  const named = assertedKey(assertion);
  // Nobody is asked for a key to something that none could have signed.
  if (!named) return false;
  const published =
    jwks_uri === undefined ? [] : await publishedKeys.find(jwks_uri, named.kid, network);
  const verified = await verifyClientAssertion(assertion, jwks?.keys ?? published, {
    client_id,
    audiences,
    algorithm: token_endpoint_auth_signing_alg,
    now: storeNow(),
  });
  if (!verified) return false;
  // What it is called is the client's own choice, and two clients may choose the same (RFC 7519 §4.1.7).
  const digest = sha256(JSON.stringify([client_id, verified.jti]));
  return assertions.use(digest, verified.leftMs);
}
