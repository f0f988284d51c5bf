import { describe, expect, it } from '@jest/globals';
import { createEmit } from '../../lib/operations/audit.ts';
import { createScopePolicy } from '../../lib/policy/scope-policy.ts';
import { subjectDigest } from '../../lib/services/index-grant.ts';
import { createGrants, type Grants } from '../../lib/services/person-grants.ts';
import { sha256 } from '../../lib/tokens/digest.ts';
import { newClient, newConsent, redeemedGrant } from '../contract/records.ts';
import { createWatchedStore, type WatchedStore } from '../http/support/watched-app.ts';
import { ISSUER } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { createLogRecorder, type LogRecorder } from '../support/log-recorder.ts';

interface Prepared {
  readonly log: LogRecorder;
  readonly grants: Grants;
  readonly store: WatchedStore;
  /** The grants whose tokens of the login elsewhere were revoked. */
  readonly upstream: readonly string[];
  /** Of a client that there is. */
  readonly kept: string;
  /** Of one that is gone. */
  readonly dead: string;
}

async function prepared(): Promise<Prepared> {
  const clock = createClock();
  const store = createWatchedStore(clock);
  const log = createLogRecorder();
  const upstream: string[] = [];
  const grants = createGrants({
    ...store,
    issuer: ISSUER,
    scopePolicy: createScopePolicy({}),
    clientSources: {},
    revokedBefore: () => 0,
    storeNow: clock.now,
    newRequestId: () => 'attempt',
    logger: log.logger,
    emit: createEmit({ logger: log.logger, now: clock.now }),
    revokeUpstream: async (grantId) => upstream.push(grantId),
  });
  const client = newClient();
  await store.clients.insert(client, 60_000);
  const granted = async (client_id: string): Promise<string> => {
    const grantId = await redeemedGrant(store, { client_id, subject: 'alice' });
    const person = subjectDigest(ISSUER, 'alice');
    const entry = { grantId, subjectDigest: person, clientId: client_id, ttlMs: 60_000 };
    await store.grants.index(entry);
    return grantId;
  };
  const [kept, dead] = [await granted(client.client_id), await granted(newClient().client_id)];
  store.forget();
  return { log, grants, store, upstream, kept, dead };
}

describe("a person's grants", () => {
  it('are not listed when their client is gone, for they are dead', async () => {
    const { grants, kept } = await prepared();
    const listed = await grants.list({ subject: 'alice' });
    expect(listed.map(({ grantId }) => grantId)).toEqual([kept]);
  });

  it('are not listed for somebody else whose answer came second in the same browser', async () => {
    const { grants, store, kept } = await prepared();
    const digest = subjectDigest(ISSUER, 'mallory');
    // The list is written together with the answer, whatever becomes of that.
    await store.grants.index({
      grantId: kept,
      subjectDigest: digest,
      clientId: newClient().client_id,
      ttlMs: 60_000,
    });
    expect(await store.grants.listBySubject(digest)).toHaveLength(1);
    expect(await grants.list({ subject: 'mallory' })).toEqual([]);
    expect(await grants.revoke({ subject: 'mallory' })).toBe(0);
  });

  it('are revoked when their client is gone too, and elsewhere with them', async () => {
    const { grants, upstream, store, kept, dead, log } = await prepared();
    expect(await grants.revoke({ subject: 'alice' })).toBe(2);
    expect([...upstream].sort()).toEqual([kept, dead].sort());
    const logged = log.at('debug').filter(({ message }) => message === 'grant revoked');
    expect(logged.map(({ fields }) => fields['grant_id']).sort()).toEqual([kept, dead].sort());
    expect(await store.grants.find(dead)).toBeUndefined();
  });

  it.each([
    { name: 'all of them', clientId: () => undefined },
    { name: 'those of one client', clientId: (client_id: string) => client_id },
  ])('give way to no new one meanwhile: consents go before the look, for $name', async (row) => {
    const { grants, store } = await prepared();
    const client_id = newClient().client_id;
    const names = [subjectDigest(ISSUER, 'alice'), sha256(client_id)] as const;
    await store.consents.remember(...names, newConsent(), 60_000);
    expect(await store.consents.find(...names)).toHaveLength(1);
    store.fail('grants.listBySubject');
    const clientId = row.clientId(client_id);
    const revoking = grants.revoke({ subject: 'alice', ...(clientId && { clientId }) });
    await expect(revoking).rejects.toThrow('the store is unavailable');
    store.recover();
    expect(await store.consents.find(...names)).toEqual([]);
  });

  it('are still there to be revoked again when not all consents could be forgotten', async () => {
    const { grants, store, kept, dead } = await prepared();
    store.fail('consents.forgetAll');
    await expect(grants.revoke({ subject: 'alice' })).rejects.toThrow('the store is unavailable');
    store.recover();
    for (const id of [kept, dead]) expect(await store.grants.find(id)).toBeDefined();
    expect(await grants.revoke({ subject: 'alice' })).toBe(2);
  });

  it.each(['consents.forget', 'grants.revoke'])(
    'are still there to be revoked again when %s fails',
    async (call) => {
      const { grants, upstream, store, kept } = await prepared();
      store.fail(call);
      const query = { subject: 'alice', grantId: kept };
      await expect(grants.revoke(query)).rejects.toThrow('the store is unavailable');
      store.recover();
      expect(upstream).toEqual([]);
      store.forget();
      expect(await grants.revoke(query)).toBe(1);
      expect(store.writes).toEqual(['consents.forget', 'grants.revoke']);
    },
  );
});
