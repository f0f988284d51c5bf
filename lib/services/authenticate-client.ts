/**
 * Authenticating a client: who it says it is, proven with what it was given at registration, or with
 * a key of its own.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2.1
 * @module
 */
import { invalidClient, type ClientCredentials } from '../protocol/client-authentication.ts';
import { isSameText, sha256 } from '../tokens/digest.ts';
import { isOwnAssertion, type ClientAssertionDeps } from './client-assertion.ts';
import type { Client } from './resolve-client.ts';

/** What a secret is compared with where there is none: as long as a digest, and no digest. */
const NO_DIGEST = '-'.repeat(43);

export type ProveClientDeps = ClientAssertionDeps;

/** Where the client authenticates. */
export interface AuthenticationPlace {
  /** What an assertion for this endpoint may be addressed to. */
  readonly audiences: readonly string[];
  /** The network that asks; `undefined` when it is not counted. Matters where something of the client has to be fetched. */
  readonly network: string | undefined;
}

/**
 * The client, when it is one and has proven it. It was looked up before, together with other things:
 * what it proves may cost a fetch of its keys, so that comes after the limits of the endpoint.
 *
 * A client with a secret may use the header or the body, whichever: real clients register with one and
 * use the other. A public client has nothing to prove and must not claim to.
 *
 * @param client - `undefined` when there is none.
 * @throws {OAuthError} `invalid_client`, the same whether the client is unknown or its secret wrong.
 */
export async function proveClient(
  deps: ProveClientDeps,
  client: Client | undefined,
  { secrets, assertion }: ClientCredentials,
  place: AuthenticationPlace,
): Promise<Client> {
  const hasSecret = hasSecretOf(client?.secretDigests ?? [], secrets);
  if (!client) throw invalidClient('not known');
  const { client_id, confidential } = client;
  if (assertion !== undefined) {
    if (await isOwnAssertion(deps, client, assertion, place)) return client;
    throw invalidClient('assertion not good, used before, or fits too many keys', client_id);
  }
  const isPublic = !confidential && secrets.length === 0;
  if (isPublic || (confidential && hasSecret)) return client;
  throw invalidClient(reasonOf(client, secrets), client_id);
}

/**
 * Whether one of the readings is one of the secrets. Every reading is compared, also when there is
 * nothing to compare it with: one way for all.
 */
export function hasSecretOf(digests: readonly string[], secrets: readonly string[]): boolean {
  const [digest = NO_DIGEST, ...others] = digests;
  const matches = secrets.flatMap((secret) =>
    [digest, ...others].map((known) => isSameText(known, sha256(secret))),
  );
  return matches.includes(true);
}

function reasonOf({ confidential }: Client, secrets: readonly string[]): string {
  if (!confidential) return 'public, but a secret was sent';
  return secrets.length === 0 ? 'secret or assertion missing' : 'secret wrong';
}
