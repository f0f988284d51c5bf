/**
 * Every operation of the store, once, on records of its own.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import {
  allowOf,
  DAY,
  MINUTE,
  newClient,
  newGrantId,
  newPending,
  newRequestId,
  redeemOf,
  rotateOf,
} from '../contract/records.ts';
import type { Store } from '../../lib/storage/store.ts';

/** @throws When one of them does not do what it is for. */
export async function everyTransition(store: Store): Promise<void> {
  const { clients, authorizations, grants } = store;
  const limiter = store.limiter?.({ name: 'register', limit: 10, windowSeconds: 60 });
  const caller = newGrantId();
  await limiter?.consume(caller);
  await limiter?.refund(caller);

  const client = newClient();
  await clients.insert(client, DAY);
  const found = await clients.find(client.client_id);
  if (!found) throw new Error('a client that was registered is not found');
  await clients.renew(found, 2 * DAY);
  // In a Cluster the others may be somewhere else: then there is nobody to make room.
  await clients.insert(newClient(), DAY);
  await clients.insert(newClient(), DAY, { max: 1, protectedMs: 0 });
  await clients.list({ used: true, limit: 1 });

  const [denied, allowed] = [newPending(), newPending()];
  for (const pending of [denied, allowed, allowed]) {
    await authorizations.insert(pending, MINUTE);
    await authorizations.find(pending.grant_id);
  }
  const { grant_id } = allowed;
  const outcomes = [
    await authorizations.deny(denied.grant_id, { requestId: newRequestId() }),
    await authorizations.allow(allowOf(allowed)),
    await grants.redeem(redeemOf(grant_id)),
    (await grants.rotate(rotateOf(grant_id, 1))).outcome,
    (await grants.find(grant_id))?.generation,
  ];
  const subjectDigest = createHash('sha256').update(grant_id).digest('base64url');
  await grants.index({ grantId: grant_id, subjectDigest, ttlMs: DAY });
  await grants.listBySubject(subjectDigest);
  await grants.revoke(grant_id, { requestId: newRequestId() });
  const left = await grants.find(grant_id);
  const want = ['done', 'done', 'redeemed', 'rotated', 2];
  if (outcomes.join() !== want.join() || left) throw new Error(`it went ${outcomes.join(', ')}`);
}
