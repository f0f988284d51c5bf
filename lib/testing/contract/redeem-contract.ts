/**
 * What every store does when a code is redeemed.
 *
 * @module
 */
import { expect } from './expect.ts';
import {
  allowedGrant,
  DAY,
  HOUR,
  MINUTE,
  newGrantId,
  newRequestId,
  redeemedGrant,
  redeemOf,
  SECOND,
} from './records.ts';
import type { Bench, Suite } from './suite.ts';

export function describeRedeem({ describe, it }: Suite, bench: Bench): void {
  const grants = (): Bench['store']['grants'] => bench.store.grants;

  describe('redeem', () => {
    it('redeems a code and starts the first generation, idle lifetime ahead', async () => {
      const grantId = await allowedGrant(bench.store);
      bench.advance(5 * SECOND);
      expect(await grants().redeem(redeemOf(grantId))).toBe('redeemed');
      const grant = (await grants().find(grantId))!;
      expect(grant.generation).toBe(1);
      expect(grant.redeemed_at).toBeGreaterThanOrEqual(grant.created_at + 5 * SECOND);
      expect(grant.expires_at).toBe(grant.redeemed_at! + 7 * DAY);
      expect(grant).not.toHaveProperty('rotated_at');
    });

    it('lets a grant that cannot be refreshed live as long as its access token', async () => {
      const grantId = await redeemedGrant(bench.store, { refreshable: false });
      const grant = (await grants().find(grantId))!;
      expect(grant.expires_at).toBe(grant.redeemed_at! + 5 * MINUTE);
    });

    it('never lets a grant live past its absolute end', async () => {
      const grantId = await redeemedGrant(bench.store, {}, { grantMaxTtlMs: HOUR });
      const grant = (await grants().find(grantId))!;
      expect(grant.expires_at).toBe(grant.ends_at);
      bench.advance(HOUR);
      expect(await grants().find(grantId)).toBeUndefined();
    });

    it('answers a repetition of the call as it answered the call', async () => {
      const grantId = await allowedGrant(bench.store);
      const redeem = redeemOf(grantId);
      expect(await grants().redeem(redeem)).toBe('redeemed');
      const grant = await grants().find(grantId);
      bench.advance(MINUTE);
      expect(await grants().redeem(redeem)).toBe('redeemed');
      expect(await grants().find(grantId)).toEqual(grant);
    });

    it('takes a second redemption within the window for a double and changes nothing', async () => {
      const grantId = await redeemedGrant(bench.store);
      const grant = await grants().find(grantId);
      bench.advance(5 * SECOND);
      expect(await grants().redeem(redeemOf(grantId))).toBe('doubled');
      expect(await grants().find(grantId)).toEqual(grant);
    });

    it('revokes the grant on a replay after the window', async () => {
      const grantId = await redeemedGrant(bench.store);
      bench.advance(10 * SECOND + 1);
      expect(await grants().redeem(redeemOf(grantId))).toBe('replayed');
      expect(await grants().find(grantId)).toBeUndefined();
      expect(await grants().redeem(redeemOf(grantId))).toBe('gone');
    });

    it('revokes the grant on a replay long after the code has expired', async () => {
      const grantId = await redeemedGrant(bench.store);
      bench.advance(3 * DAY);
      expect(await grants().redeem(redeemOf(grantId))).toBe('replayed');
      expect(await grants().find(grantId)).toBeUndefined();
    });

    it('does not redeem a code at its end, and does so just before', async () => {
      const late = await allowedGrant(bench.store);
      bench.advance(MINUTE);
      expect(await grants().redeem(redeemOf(late))).toBe('gone');
      expect(await grants().find(late)).toBeUndefined();
      const inTime = await allowedGrant(bench.store);
      bench.advance(MINUTE - 15 * SECOND);
      expect(await grants().redeem(redeemOf(inTime))).toBe('redeemed');
    });

    it('does not redeem the code of a grant that was revoked or never was', async () => {
      const grantId = await allowedGrant(bench.store);
      await grants().revoke(grantId, { requestId: newRequestId() });
      expect(await grants().redeem(redeemOf(grantId))).toBe('gone');
      expect(await grants().redeem(redeemOf(newGrantId()))).toBe('gone');
    });

    it('lets one of fifty redemptions at once win', async () => {
      const grantId = await allowedGrant(bench.store);
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, () => grants().redeem(redeemOf(grantId))),
      );
      expect(outcomes.filter((outcome) => outcome === 'redeemed')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'doubled')).toHaveLength(49);
      expect(await grants().find(grantId)).toMatchObject({ generation: 1 });
    });
  });
}
