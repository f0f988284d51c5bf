/**
 * What every store does with the tokens of a login elsewhere: they are there as long as their grant.
 *
 * @module
 */
import { MAX_GRANTS_PER_SUBJECT } from '../../storage/store.ts';
import { expect } from './expect.ts';
import {
  allowedGrant,
  allowOf,
  DAY,
  HOSTILE_IDS,
  MINUTE,
  newClientId,
  newDigest,
  newGrantId,
  newLogin,
  newPending,
  newRequestId,
  redeemedGrant,
  redeemOf,
  rotateOf,
  SECOND,
  without,
} from './records.ts';
import type { Bench, Suite } from './suite.ts';

export function describeUpstreamTokens({ describe, it }: Suite, bench: Bench): void {
  const find = (grantId: string): Promise<string | undefined> =>
    bench.store.upstreamTokens.find(grantId);
  const take = (grantId: string): Promise<string | undefined> =>
    bench.store.upstreamTokens.take(grantId);

  describe('upstream tokens', () => {
    it('are not there before the person allows, nor after a deny', async () => {
      const { authorizations } = bench.store;
      const pending = newPending();
      const { grant_id } = pending;
      await authorizations.insert(pending, 10 * MINUTE);
      await authorizations.completeLogin(grant_id, newLogin(), { requestId: newRequestId() });
      expect(await find(grant_id)).toBeUndefined();
      await authorizations.deny(grant_id, { requestId: newRequestId() });
      expect(await find(grant_id)).toBeUndefined();
      expect(await take(grant_id)).toBeUndefined();
    });

    it('are not there for a grant whose login was not elsewhere, or gave none', async () => {
      const own = await redeemedGrant(bench.store);
      const none = await redeemedGrant(bench.store, {}, { login: without(newLogin(), 'tokens') });
      for (const grantId of [own, none]) expect(await find(grantId)).toBeUndefined();
    });

    it('go to the grant when the person allows', async () => {
      const login = newLogin();
      const grantId = await allowedGrant(bench.store, {}, { login });
      expect(await find(grantId)).toBe(login.tokens);
    });

    it('are those of the person who allows: who logged in since has not', async () => {
      const { authorizations } = bench.store;
      const [seen, since] = [newLogin(), newLogin()];
      const pending = newPending();
      await authorizations.insert(pending, 10 * MINUTE);
      const complete = (login: typeof seen): Promise<string> =>
        authorizations.completeLogin(pending.grant_id, login, { requestId: newRequestId() });
      expect(await authorizations.allow({ ...allowOf(pending), login: seen })).toBe('decided');
      await complete(seen);
      expect(await authorizations.allow(allowOf(pending))).toBe('decided');
      await complete(since);
      expect(await authorizations.allow({ ...allowOf(pending), login: seen })).toBe('decided');
      expect(await bench.store.grants.find(pending.grant_id)).toBeUndefined();
      expect(await authorizations.allow({ ...allowOf(pending), login: since })).toBe('done');
      expect(await find(pending.grant_id)).toBe(since.tokens);
    });

    it('are there as long as the code, and no longer when nobody redeems it', async () => {
      const grantId = await allowedGrant(bench.store, {}, { login: newLogin() });
      bench.advance(MINUTE - 15 * SECOND);
      expect(await find(grantId)).toBeDefined();
      bench.advance(15 * SECOND);
      expect(await find(grantId)).toBeUndefined();
    });

    it('are there as long as the grant after redeeming and each rotation', async () => {
      const { grants } = bench.store;
      const login = newLogin();
      const grantId = await redeemedGrant(bench.store, {}, { login });
      bench.advance(6 * DAY);
      await grants.rotate(rotateOf(grantId, 1));
      bench.advance(6 * DAY);
      expect(await find(grantId)).toBe(login.tokens);
      await grants.rotate(rotateOf(grantId, 2));
      bench.advance(7 * DAY - 15 * SECOND);
      expect(await find(grantId)).toBe(login.tokens);
      bench.advance(15 * SECOND);
      expect(await find(grantId)).toBeUndefined();
    });

    it('end with the absolute end of the grant', async () => {
      const settings = { login: newLogin(), grantMaxTtlMs: DAY };
      const grantId = await redeemedGrant(bench.store, {}, settings);
      bench.advance(DAY - 15 * SECOND);
      expect(await find(grantId)).toBeDefined();
      bench.advance(15 * SECOND);
      expect(await find(grantId)).toBeUndefined();
    });

    const ENDINGS: readonly { name: string; end: (grantId: string) => Promise<unknown> }[] = [
      {
        name: 'revoked',
        end: (grantId) => bench.store.grants.revoke(grantId, { requestId: newRequestId() }),
      },
      {
        name: 'ended by a replayed code',
        end: async (grantId) => {
          bench.advance(11 * SECOND);
          await bench.store.grants.redeem(redeemOf(grantId));
        },
      },
      {
        name: 'ended by a reused refresh token',
        end: async (grantId) => {
          for (const generation of [1, 2, 1]) {
            await bench.store.grants.rotate(rotateOf(grantId, generation));
          }
        },
      },
      {
        name: 'revoked because the person has too many',
        end: async (first) => {
          const subjectDigest = newDigest();
          const entryOf = (grantId: string) => ({
            ...{ grantId, subjectDigest, clientId: newClientId(), ttlMs: DAY },
          });
          await bench.store.grants.index(entryOf(first));
          const others = await Promise.all(
            Array.from({ length: MAX_GRANTS_PER_SUBJECT }, () => redeemedGrant(bench.store)),
          );
          for (const grantId of others) await bench.store.grants.index(entryOf(grantId));
        },
      },
    ];

    it.each(ENDINGS)(
      'of a grant that is $name are there to be taken once, by one',
      async (ending) => {
        const login = newLogin();
        const grantId = await redeemedGrant(bench.store, {}, { login });
        await ending.end(grantId);
        expect(await bench.store.grants.find(grantId)).toBeUndefined();
        expect(await find(grantId)).toBeUndefined();
        const taken = await Promise.all(Array.from({ length: 10 }, () => take(grantId)));
        expect(taken.filter((one) => one !== undefined)).toEqual([login.tokens]);
        expect(await take(grantId)).toBeUndefined();
      },
    );

    it('can be taken from a grant that goes on', async () => {
      const login = newLogin();
      const grantId = await redeemedGrant(bench.store, {}, { login });
      expect(await take(grantId)).toBe(login.tokens);
      expect(await find(grantId)).toBeUndefined();
      expect(await bench.store.grants.find(grantId)).toBeDefined();
      const { outcome } = await bench.store.grants.rotate(rotateOf(grantId, 1));
      expect(outcome).toBe('rotated');
    });

    it.each(HOSTILE_IDS)('are not there for a grant whose id is $name', async ({ id }) => {
      expect(await find(id)).toBeUndefined();
      expect(await take(id)).toBeUndefined();
    });

    it('are not there for a grant that never was', async () => {
      expect(await find(newGrantId())).toBeUndefined();
      expect(await take(newGrantId())).toBeUndefined();
    });
  });
}
