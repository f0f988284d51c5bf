/**
 * Whether an authorization request is still that of a client, and may be answered where it said.
 *
 * Time passes while a person logs in. Until the request is answered its client may be blocked, deleted
 * or gone, or have given the redirect URI up: then nobody is sent there, with whatever outcome.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.11
 * @module
 */
import { matchesRegisteredRedirectUri } from '../protocol/redirect-uri-match.ts';
import type { PendingAuthorization } from '../storage/store.ts';
import { resolveClient, type Client, type ResolveClientDeps } from './resolve-client.ts';

type Asked = Pick<PendingAuthorization, 'client_id' | 'redirect_uri'>;

export function isOfClient({ client_id, redirect_uri }: Asked, client: Client): boolean {
  return (
    client_id === client.client_id &&
    matchesRegisteredRedirectUri(redirect_uri, client.metadata.redirect_uris, client)
  );
}

/**
 * The same, when nothing else of the client matters.
 *
 * @param network - That of the browser; `undefined` when it is not counted.
 * @throws {OAuthError} `temporarily_unavailable` when nobody can tell.
 */
export async function mayBeAnswered(
  deps: ResolveClientDeps,
  pending: Asked,
  network: string | undefined,
): Promise<boolean> {
  const client = await resolveClient(deps, pending.client_id, { network });
  return client !== undefined && isOfClient(pending, client);
}
