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
  newAttempt,
  newClient,
  newConsent,
  newDigest,
  newGrantId,
  newInitialAccessToken,
  newLogin,
  newPending,
  newPushed,
  newRequestId,
  redeemOf,
  rotateOf,
  without,
} from '../contract/records.ts';
import type { Store } from '../../lib/storage/store.ts';

/** @throws When one of them does not do what it is for. */
export async function everyTransition(store: Store): Promise<void> {
  const { clients, authorizations, grants, consents, upstreamTokens, initialAccessTokens } = store;
  const limiter = store.limiter?.({ name: 'register', limit: 10, windowSeconds: 60 });
  const caller = newGrantId();
  await limiter?.consume(caller);
  await limiter?.refund(caller);

  const client = newClient();
  await clients.insert(client, DAY);
  const found = await clients.find(client.client_id);
  if (!found) throw new Error('a client that was registered is not found');
  await clients.renew(found, 2 * DAY);
  const again = without(without(without(found, 'v'), 'expires_at'), 'used');
  const updated = await clients.update(found, again);
  if (updated !== 'updated') throw new Error(`a client that was read is ${updated}`);
  const noted = (await clients.find(client.client_id)) ?? found;
  const annotated = await clients.annotate(noted, { scopes: [], policy: 'another' });
  if (annotated !== 'annotated') throw new Error(`the note on a client is ${annotated}`);
  if ((await clients.count()).used === 0) throw new Error('a client in use is not counted');
  // In a Cluster the others may be somewhere else: then there is nobody to make room.
  await clients.insert(newClient(), DAY);
  await clients.insert(newClient(), DAY, { max: 1, protectedMs: 0 });
  await clients.list({ used: true, limit: 1 });
  await clients.remove(client.client_id);
  const state = 'https://app.example.com/client.json';
  await store.clientStates.endGrants(state, DAY);
  await store.clientStates.block(state, 'a reason');
  const decided = (await store.clientStates.find(state))?.blocked?.reason;
  if (decided !== 'a reason') throw new Error('a client that was blocked is not');
  await store.clientStates.unblock(state, DAY);
  await store.claim('https://auth.example.com');
  await store.switches.raise(1);
  await store.switches.closeRegistration('a reason');
  const { registration_closed: closed } = await store.switches.read();
  if (closed?.reason !== 'a reason') throw new Error('registration that was closed is not');
  await store.switches.openRegistration();

  const [denied, allowed] = [newPending(), newPending()];
  const [attempt, login] = [newAttempt(), newLogin()];
  for (const pending of [denied, allowed, allowed]) {
    await authorizations.insert(pending, MINUTE, newAttempt({ state: attempt.state }));
    await authorizations.find(pending.grant_id);
  }
  const { grant_id } = allowed;
  const owner = newRequestId();
  const replace = { owner, sealed: 'sealed', requestId: newRequestId() };
  const outcomes: unknown[] = [
    await authorizations.deny(denied.grant_id, { requestId: newRequestId() }),
    await authorizations.beginLogin(grant_id, { ...attempt, state: newDigest() }),
    await authorizations.beginLogin(grant_id, attempt),
    await authorizations.takeLogin(grant_id, attempt.state, { requestId: newRequestId() }),
    await authorizations.completeLogin(grant_id, login, { requestId: newRequestId() }),
    await authorizations.allow({ ...allowOf(allowed), login }),
    await upstreamTokens.lock(grant_id, owner, MINUTE),
    await upstreamTokens.replace(grant_id, replace),
    await grants.redeem(redeemOf(grant_id)),
    (await grants.rotate(rotateOf(grant_id, 1))).outcome,
    (await grants.find(grant_id))?.generation,
  ];
  const subjectDigest = createHash('sha256').update(grant_id).digest('base64url');
  const { client_id: clientId } = allowed;
  await grants.index({ grantId: grant_id, subjectDigest, clientId, ttlMs: DAY });
  await grants.listBySubject(subjectDigest);
  await upstreamTokens.lock(grant_id, owner, MINUTE);
  await upstreamTokens.unlock(grant_id, owner);
  outcomes.push(await upstreamTokens.find(grant_id));
  await grants.revoke(grant_id, { requestId: newRequestId() });
  outcomes.push(await upstreamTokens.take(grant_id));

  const pushed = newPushed();
  await store.pushedRequests.insert(pushed, MINUTE);
  await store.pushedRequests.bind(pushed.request_id, newDigest());
  await store.pushedRequests.find(pushed.request_id);

  await consents.remember(subjectDigest, newDigest(), newConsent(), DAY);
  await consents.remember(subjectDigest, subjectDigest, newConsent(), DAY);
  outcomes.push((await consents.find(subjectDigest, subjectDigest)).length);
  await consents.forget(subjectDigest, subjectDigest);
  await consents.forgetAll(subjectDigest, DAY);

  const token = newInitialAccessToken();
  const use = { requestId: newRequestId() };
  outcomes.push((await initialAccessTokens.insert(token, DAY)).outcome);
  await initialAccessTokens.use(token.digest, use);
  await initialAccessTokens.giveBack(token.digest, use);
  const kept = await initialAccessTokens.list();
  outcomes.push(kept.find(({ digest }) => digest === token.digest)?.left);
  outcomes.push(await initialAccessTokens.remove(token.digest));
  outcomes.push(await store.assertions.use(newDigest(), MINUTE));
  await store.stats.add({ registered: 1 });
  outcomes.push((await store.stats.read(1)).length);

  const left = await grants.find(grant_id);
  const loggedIn = ['done', 'done', 'taken', 'done'];
  const granted = ['done', true, 'done', 'redeemed', 'rotated', 2];
  const minted = ['inserted', 1, true];
  const asserted = [true, 1];
  const want = ['done', ...loggedIn, ...granted, 'sealed', 'sealed', 1, ...minted, ...asserted];
  if (outcomes.join() !== want.join() || left) throw new Error(`it went ${outcomes.join(', ')}`);
}
