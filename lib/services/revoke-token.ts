/**
 * Revoking: any token of a grant ends the grant, and everything that hangs on it.
 *
 * What the person has allowed stays remembered: a client that logs out says nothing for them. To
 * forget that too is for the person, on the host's page of connected apps.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2
 * @module
 */
import type { Emit } from '../operations/audit.ts';
import type { Logger } from '../operations/logger.ts';
import type { ClientCredentials } from '../protocol/client-authentication.ts';
import type { GrantStore } from '../storage/store.ts';
import { readAdmitted, type ClientAttempt } from './admitted.ts';
import { proveClient, type ProveClientDeps } from './authenticate-client.ts';
import { isTokenOf, namedGrant, readNamed, type FindTokenDeps } from './find-token.ts';
import { resolveClient, type ResolveClientDeps } from './resolve-client.ts';

export type RevokeTokenDeps = ResolveClientDeps &
  ProveClientDeps &
  FindTokenDeps & {
    readonly grants: Pick<GrantStore, 'find' | 'revoke'>;
    /** Never rejects; no answer waits for it. */
    readonly revokeUpstream: (grantId: string) => Promise<void>;
    readonly emit: Emit;
    readonly logger: Logger;
  };

/**
 * Says nothing of what became of it: a token that is unknown, over, or of another client is not valid
 * for this one afterwards, which is all that was asked for (RFC 7009 §2.2).
 *
 * @throws {OAuthError} `invalid_client`.
 * @throws {StoreUnavailableError} When it is not certain that the token is not valid any more.
 */
export async function revokeToken(
  deps: RevokeTokenDeps,
  credentials: ClientCredentials,
  token: string,
  { requestId, admit, network, seenFrom, audiences }: ClientAttempt,
): Promise<void> {
  const named = namedGrant(token);
  const [known, grant] = await readAdmitted(admit, () =>
    Promise.all([resolveClient(deps, credentials.client_id, { network }), readNamed(deps, named)]),
  );
  const { client_id } = await proveClient(deps, known, credentials, { audiences, network });
  if (!named || !grant || !(await isTokenOf(deps, named, grant))) {
    deps.logger.debug('token not revoked', { client_id, why: 'not known' });
    return;
  }
  const { grant_id } = grant;
  if (grant.client_id !== client_id) {
    deps.logger.debug('token not revoked', { client_id, why: 'of another client' });
    return;
  }
  await deps.grants.revoke(grant_id, { requestId });
  void deps.revokeUpstream(grant_id);
  deps.emit({
    name: 'grant.revoked',
    by: 'client',
    client_id,
    subject: grant.subject,
    grant_id,
    ...(seenFrom !== undefined && { network: seenFrom }),
  });
}
