/**
 * Keeping the list of a person's grants, which is bounded.
 *
 * @module
 */
import type { Logger } from '../operations/logger.ts';
import type { GrantRecord, GrantStore } from '../storage/store.ts';
import { sha256 } from '../tokens/digest.ts';

export interface IndexGrantDeps {
  readonly issuer: string;
  readonly grants: Pick<GrantStore, 'index'>;
  readonly logger: Logger;
}

/** Names a person in the store without saying who it is. */
export function subjectDigest(issuer: string, subject: string): string {
  return sha256(JSON.stringify([issuer, subject]));
}

/**
 * Adds a grant to those of its person, sent together with what is done to the grant. One that gets
 * lost is added again at the next refresh, so a failure must not take away what has just been given.
 *
 * @param ttlMs - How long the grant lives if nothing more happens to it.
 */
export async function indexGrant(
  { issuer, grants, logger }: IndexGrantDeps,
  { grant_id, subject }: Pick<GrantRecord, 'grant_id' | 'subject'>,
  ttlMs: number,
): Promise<void> {
  try {
    const entry = { grantId: grant_id, subjectDigest: subjectDigest(issuer, subject), ttlMs };
    await grants.index(entry);
  } catch (error) {
    logger.debug('grant index postponed', { grant_id, error });
  }
}
