/**
 * Whether a token that says the truth still counts: its grant is there, its client too, and the person
 * may use what they granted.
 *
 * @module
 */
import type { Emit } from '../operations/audit.ts';
import { networkOfSubject } from '../protocol/network.ts';
import type { GrantRecord, GrantStore } from '../storage/store.ts';
import { sha256 } from '../tokens/digest.ts';
import { isOver, type ClientStanding } from './client-standing.ts';
import { isPersonActive, type PersonActiveDeps } from './person-active.ts';
import {
  resolveClient,
  type Client,
  type FetchAsking,
  type ResolveClientDeps,
} from './resolve-client.ts';

export interface LivingGrantDeps extends ResolveClientDeps, PersonActiveDeps {
  readonly grants: Pick<GrantStore, 'find' | 'revoke'>;
  readonly newRequestId: () => string;
  /** Never rejects; no answer waits for it. */
  readonly revokeUpstream: (grantId: string) => Promise<void>;
  readonly emit: Emit;
}

/** What a token says of its grant, proven. */
export interface GrantOfToken {
  readonly grantId: string;
  readonly clientId: string;
  readonly subject: string;
}

/**
 * Whose fetch it is when the client of a token has to be fetched: that of whoever sent it, or with
 * `subject` of the person whom it speaks of. The latter where a token is looked at that somebody else
 * was shown: who makes clients without end would use up what an API may fetch for all others.
 */
export type TokenAsking = FetchAsking | 'subject';

/**
 * Nothing is fetched for a grant that is over, or a client that is blocked.
 *
 * @returns The grant, if it is alive.
 * @throws {OAuthError} `temporarily_unavailable` when the host cannot say whether the person is active,
 * or the client cannot be fetched.
 * @throws {StoreUnavailableError} When the grant or the client cannot be read: then nothing is said.
 */
export async function findLivingGrant(
  deps: LivingGrantDeps,
  token: GrantOfToken,
  asking: TokenAsking,
): Promise<GrantRecord | undefined> {
  const { grantId, clientId, subject } = token;
  const whose = asking === 'subject' ? { network: networkOfSubject(sha256(subject)) } : asking;
  const finding = deps.grants.find(grantId).then((grant) => ownGrant(token, grant));
  const isOfUse = async (standing: ClientStanding): Promise<boolean> => {
    const grant = await finding;
    return grant !== undefined && !isOver(standing, grant.created_at);
  };
  const [client, grant] = await Promise.all([
    resolveClient(deps, clientId, whose, isOfUse),
    finding,
  ]);
  return grant && (await isAlive(deps, client, grant)) ? grant : undefined;
}

/** The same, where client and grant have been read already. */
export async function isAlive(
  deps: LivingGrantDeps,
  client: Client | undefined,
  { grant_id, client_id, subject, created_at }: GrantRecord,
): Promise<boolean> {
  if (!client || isOver(client, created_at)) return false;
  if (await isPersonActive(deps, subject)) return true;
  await deps.grants.revoke(grant_id, { requestId: deps.newRequestId() });
  void deps.revokeUpstream(grant_id);
  const reason = 'person not active';
  deps.emit({ name: 'grant.revoked', by: 'server', client_id, subject, grant_id, reason });
  return false;
}

function ownGrant(
  { clientId, subject }: GrantOfToken,
  grant: GrantRecord | undefined,
): GrantRecord | undefined {
  return grant?.client_id === clientId && grant.subject === subject ? grant : undefined;
}
