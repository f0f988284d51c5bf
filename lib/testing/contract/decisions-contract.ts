/**
 * What every store does when an authorization request is allowed or denied.
 *
 * @module
 */
import { expect } from './expect.ts';
import {
  allowOf,
  DAY,
  grantOf,
  HOSTILE_IDS,
  MINUTE,
  newGrantId,
  newPending,
  newRequestId,
  redeemOf,
  SECOND,
  without,
  type NewPending,
} from './records.ts';
import type { Bench, Suite } from './suite.ts';

export function describeDecisions({ describe, it }: Suite, bench: Bench): void {
  const insert = async (): Promise<NewPending> => {
    const pending = newPending();
    await bench.store.authorizations.insert(pending, 10 * MINUTE);
    return pending;
  };

  describe('allow', () => {
    it('makes the grant, in the state before its code is redeemed', async () => {
      const pending = await insert();
      expect(await bench.store.authorizations.allow(allowOf(pending))).toBe('done');
      const grant = (await bench.store.grants.find(pending.grant_id))!;
      expect(grant).toEqual({
        v: 1,
        ...grantOf(pending),
        generation: 0,
        created_at: grant.created_at,
        ends_at: grant.created_at + 30 * DAY,
        expires_at: grant.created_at + MINUTE,
      });
      expect(await bench.store.authorizations.find(pending.grant_id)).toMatchObject({
        decision: 'allowed',
      });
    });

    it('keeps the time of login absent when it is not known', async () => {
      const pending = await insert();
      const grant = without(grantOf(pending), 'auth_time');
      await bench.store.authorizations.allow({ ...allowOf(pending), grant });
      expect(await bench.store.grants.find(pending.grant_id)).not.toHaveProperty('auth_time');
    });

    it('never lets a code outlive its grant', async () => {
      const pending = await insert();
      await bench.store.authorizations.allow({ ...allowOf(pending), grantMaxTtlMs: SECOND * 20 });
      const grant = (await bench.store.grants.find(pending.grant_id))!;
      expect(grant.expires_at).toBe(grant.ends_at);
    });

    it('answers the same when the same person allows the same again, and changes nothing', async () => {
      const pending = await insert();
      await bench.store.authorizations.allow(allowOf(pending));
      const grant = await bench.store.grants.find(pending.grant_id);
      bench.advance(5 * SECOND);
      expect(await bench.store.authorizations.allow(allowOf(pending))).toBe('done');
      expect(await bench.store.grants.find(pending.grant_id)).toEqual(grant);
    });

    it('is decided already when the same person allows something else', async () => {
      const pending = await insert();
      await bench.store.authorizations.allow(allowOf(pending));
      for (const granted of ['write', 'read write', '']) {
        const again = allowOf(pending, { granted });
        expect(await bench.store.authorizations.allow(again)).toBe('decided');
      }
      expect(await bench.store.grants.find(pending.grant_id)).toMatchObject({ granted: 'read' });
    });

    it('is decided already for another person', async () => {
      const pending = await insert();
      await bench.store.authorizations.allow(allowOf(pending));
      const again = allowOf(pending, { subject: 'person-2' });
      expect(await bench.store.authorizations.allow(again)).toBe('decided');
      expect(await bench.store.grants.find(pending.grant_id)).toMatchObject({
        subject: 'person-1',
      });
    });

    it('is decided already once the code has been redeemed', async () => {
      const pending = await insert();
      await bench.store.authorizations.allow(allowOf(pending));
      await bench.store.grants.redeem(redeemOf(pending.grant_id));
      expect(await bench.store.authorizations.allow(allowOf(pending))).toBe('decided');
    });

    it('answers a repetition of the call as it answered the call, even after redemption', async () => {
      const pending = await insert();
      const allow = allowOf(pending);
      expect(await bench.store.authorizations.allow(allow)).toBe('done');
      expect(await bench.store.authorizations.allow(allow)).toBe('done');
      await bench.store.grants.redeem(redeemOf(pending.grant_id));
      expect(await bench.store.authorizations.allow(allow)).toBe('done');
      expect(await bench.store.grants.find(pending.grant_id)).toMatchObject({ generation: 1 });
    });

    it('is decided already after a deny', async () => {
      const pending = await insert();
      const requestId = newRequestId();
      await bench.store.authorizations.deny(pending.grant_id, { requestId });
      expect(await bench.store.authorizations.allow(allowOf(pending))).toBe('decided');
      expect(await bench.store.authorizations.allow({ ...allowOf(pending), requestId })).toBe(
        'decided',
      );
      expect(await bench.store.grants.find(pending.grant_id)).toBeUndefined();
    });

    it('is gone when the authorization has expired or never was', async () => {
      const pending = await insert();
      bench.advance(10 * MINUTE);
      expect(await bench.store.authorizations.allow(allowOf(pending))).toBe('gone');
      expect(await bench.store.authorizations.allow(allowOf(newPending()))).toBe('gone');
      expect(await bench.store.grants.find(pending.grant_id)).toBeUndefined();
    });

    it('is gone when the code has expired or the grant was revoked', async () => {
      const expired = await insert();
      await bench.store.authorizations.allow(allowOf(expired));
      const revoked = await insert();
      await bench.store.authorizations.allow(allowOf(revoked));
      await bench.store.grants.revoke(revoked.grant_id, { requestId: newRequestId() });
      expect(await bench.store.authorizations.allow(allowOf(revoked))).toBe('gone');
      bench.advance(MINUTE);
      expect(await bench.store.authorizations.allow(allowOf(expired))).toBe('gone');
      bench.advance(2 * MINUTE);
      expect(await bench.store.authorizations.allow(allowOf(expired))).toBe('gone');
    });

    it('lets fifty allows at once make one grant', async () => {
      const pending = await insert();
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, (_, person) =>
          bench.store.authorizations.allow(allowOf(pending, { subject: `person-${person % 2}` })),
        ),
      );
      const { subject } = (await bench.store.grants.find(pending.grant_id))!;
      expect(['person-0', 'person-1']).toContain(subject);
      const [mine, other] = subject === 'person-0' ? [0, 1] : [1, 0];
      outcomes.forEach((outcome, person) =>
        expect(outcome).toBe(person % 2 === mine ? 'done' : 'decided'),
      );
      expect(other).not.toBe(mine);
    });

    it.each(HOSTILE_IDS)('knows no authorization whose id is $name', async ({ id }) => {
      const pending = newPending({ grant_id: id });
      expect(await bench.store.authorizations.find(id)).toBeUndefined();
      expect(await bench.store.authorizations.allow(allowOf(pending))).toBe('gone');
      const deny = bench.store.authorizations.deny(id, { requestId: newRequestId() });
      expect(await deny).toBe('gone');
      await expect(bench.store.authorizations.insert(pending, MINUTE)).rejects.toThrow(TypeError);
    });
  });

  describe('deny', () => {
    const deny = (grantId: string, requestId = newRequestId()): Promise<string> =>
      bench.store.authorizations.deny(grantId, { requestId });

    it('ends the authorization without a grant', async () => {
      const { grant_id } = await insert();
      expect(await deny(grant_id)).toBe('done');
      expect(await bench.store.grants.find(grant_id)).toBeUndefined();
      expect(await bench.store.authorizations.find(grant_id)).toMatchObject({ decision: 'denied' });
    });

    it('denies twice as once', async () => {
      const { grant_id } = await insert();
      const requestId = newRequestId();
      expect(await deny(grant_id, requestId)).toBe('done');
      expect(await deny(grant_id, requestId)).toBe('done');
      expect(await deny(grant_id)).toBe('done');
    });

    it('is decided already after an allow, which stands', async () => {
      const pending = await insert();
      const allow = allowOf(pending);
      await bench.store.authorizations.allow(allow);
      expect(await deny(pending.grant_id)).toBe('decided');
      expect(await deny(pending.grant_id, allow.requestId)).toBe('decided');
      expect(await bench.store.grants.find(pending.grant_id)).toBeDefined();
    });

    it('is gone when the authorization has expired or never was', async () => {
      const { grant_id } = await insert();
      bench.advance(10 * MINUTE);
      expect(await deny(grant_id)).toBe('gone');
      expect(await deny(newGrantId())).toBe('gone');
    });

    it('lets one of fifty allows and denies at once decide', async () => {
      const pending = await insert();
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          index % 2 === 0
            ? bench.store.authorizations.allow(allowOf(pending))
            : deny(pending.grant_id),
        ),
      );
      const found = await bench.store.authorizations.find(pending.grant_id);
      const winner = found!.decision === 'allowed' ? 0 : 1;
      outcomes.forEach((outcome, index) =>
        expect(outcome).toBe(index % 2 === winner ? 'done' : 'decided'),
      );
    });
  });
}
