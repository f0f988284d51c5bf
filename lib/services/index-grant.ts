/**
 * Keeping the list of a person's grants, which is bounded.
 *
 * @module
 */
import type { Emit } from '../operations/audit.ts';
import type { Logger } from '../operations/logger.ts';
import type { GrantRecord, GrantStore } from '../storage/store.ts';
import { sha256 } from '../tokens/digest.ts';

export interface IndexGrantDeps {
  readonly issuer: string;
  readonly grants: Pick<GrantStore, 'index'>;
  readonly emit: Emit;
  /** Never rejects; no answer waits for it. */
  readonly revokeUpstream: (grantId: string) => Promise<void>;
  readonly logger: Logger;
}

/** Names a person in the store without saying who it is. */
export function subjectDigest(issuer: string, subject: string): string {
  return sha256(JSON.stringify([issuer, subject]));
}

/**
 * Adds a grant to those of its person, sent together with what is done to the grant. One that gets
 * lost is added again at the next refresh, so a failure must not take away what has just been given.
 * What the person had too many of is over then, and told like anything that the server ends.
 *
 * @param ttlMs - How long the grant lives if nothing more happens to it.
 */
export async function indexGrant(
  { issuer, grants, emit, revokeUpstream, logger }: IndexGrantDeps,
  { grant_id, client_id, subject }: Pick<GrantRecord, 'grant_id' | 'client_id' | 'subject'>,
  ttlMs: number,
): Promise<void> {
  try {
    const person = subjectDigest(issuer, subject);
    const entry = { grantId: grant_id, subjectDigest: person, clientId: client_id, ttlMs };
    for (const ended of await grants.index(entry)) {
      void revokeUpstream(ended.grant_id);
      emit({
        name: 'grant.revoked',
        by: 'server',
        client_id: ended.client_id,
        subject: ended.subject,
        grant_id: ended.grant_id,
        reason: 'too many grants',
      });
    }
  } catch (error) {
    logger.debug('grant index postponed', { grant_id, error });
  }
}
