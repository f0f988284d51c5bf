/**
 * Authenticating a client: who it says it is, proven with what it was given at registration.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2.1
 * @module
 */
import { invalidClient, type ClientCredentials } from '../protocol/client-authentication.ts';
import { isSameText, sha256 } from '../tokens/digest.ts';
import { resolveClient, type Client, type ResolveClientDeps } from './resolve-client.ts';

/** What a secret is compared with where there is none: as long as a digest, and no digest. */
const NO_DIGEST = '-'.repeat(43);

/**
 * The client, when it is one and has proven it.
 *
 * A confidential client may use the header or the body, whichever: real clients register with one and
 * use the other. A public client has nothing to prove and must not claim to.
 *
 * @throws {OAuthError} `invalid_client`, the same whether the client is unknown or its secret wrong.
 */
export async function authenticateClient(
  deps: ResolveClientDeps,
  { client_id, secrets }: ClientCredentials,
): Promise<Client> {
  const client = await resolveClient(deps, client_id);
  const digest = client?.record.secret_digest;
  // Every reading is compared, also when there is nothing to compare it with: one way for all.
  const matches = secrets.map((secret) => isSameText(digest ?? NO_DIGEST, sha256(secret)));
  const isPublic = client?.confidential === false && secrets.length === 0;
  if (client && (isPublic || (client.confidential && matches.includes(true)))) return client;
  // An id that nobody knows may be a secret that was put in its place: it is not for the log.
  throw invalidClient(reasonOf(client, secrets), client?.client_id);
}

function reasonOf(client: Client | undefined, secrets: readonly string[]): string {
  if (!client) return 'not known';
  if (!client.confidential) return 'public, but a secret was sent';
  return secrets.length === 0 ? 'secret missing' : 'secret wrong';
}
