/**
 * What every store does when a refresh token is presented.
 *
 * @module
 */
import { expect } from './expect.ts';
import {
  allowedGrant,
  DAY,
  HOUR,
  newGrantId,
  newRequestId,
  redeemedGrant,
  rotateOf,
  SECOND,
} from './records.ts';
import type { Bench, Suite } from './suite.ts';

export function describeRotate({ describe, it }: Suite, bench: Bench): void {
  const grants = (): Bench['store']['grants'] => bench.store.grants;

  describe('rotate', () => {
    it('moves on to the next generation and renews the idle lifetime', async () => {
      const grantId = await redeemedGrant(bench.store);
      const before = (await grants().find(grantId))!;
      bench.advance(DAY);
      const rotated = await grants().rotate(rotateOf(grantId, 1));
      expect(rotated).toEqual({ outcome: 'rotated', generation: 2 });
      const grant = (await grants().find(grantId))!;
      expect(grant.generation).toBe(2);
      expect(before).not.toHaveProperty('previous_ends_at');
      expect(grant.previous_ends_at).toBe(before.expires_at);
      expect(grant.rotated_at).toBeGreaterThanOrEqual(grant.redeemed_at! + DAY);
      expect(grant.expires_at).toBe(grant.rotated_at! + 7 * DAY);
    });

    it('keeps what is known of the person, and puts in its place what is sealed again', async () => {
      const known = { nonce: 'n \u{1F600}', claims: 'sealed once' };
      const grantId = await redeemedGrant(bench.store, known);
      await grants().rotate(rotateOf(grantId, 1));
      expect(await grants().find(grantId)).toMatchObject(known);
      await grants().rotate({ ...rotateOf(grantId, 2), claims: 'sealed again' });
      expect(await grants().find(grantId)).toMatchObject({ ...known, claims: 'sealed again' });
      // The generation before gets the successor that there is, and nothing is written for it.
      await grants().rotate({ ...rotateOf(grantId, 2), claims: 'sealed for nobody' });
      expect(await grants().find(grantId)).toMatchObject({ ...known, claims: 'sealed again' });
    });

    it('goes through many generations', async () => {
      const grantId = await redeemedGrant(bench.store);
      for (let generation = 1; generation <= 12; generation += 1) {
        bench.advance(HOUR);
        const want = { outcome: 'rotated', generation: generation + 1 };
        expect(await grants().rotate(rotateOf(grantId, generation))).toEqual(want);
      }
    });

    it('never renews past the absolute end', async () => {
      const grantId = await redeemedGrant(bench.store, {}, { grantMaxTtlMs: 8 * DAY });
      bench.advance(6 * DAY);
      await grants().rotate(rotateOf(grantId, 1));
      const grant = (await grants().find(grantId))!;
      expect(grant.expires_at).toBe(grant.ends_at);
      bench.advance(2 * DAY);
      expect(await grants().rotate(rotateOf(grantId, 2))).toEqual({ outcome: 'gone' });
    });

    it('answers a repetition of the call as it answered the call, also after the window', async () => {
      const grantId = await redeemedGrant(bench.store);
      const rotate = rotateOf(grantId, 1);
      const want = { outcome: 'rotated', generation: 2 };
      expect(await grants().rotate(rotate)).toEqual(want);
      const grant = await grants().find(grantId);
      expect(await grants().rotate(rotate)).toEqual(want);
      bench.advance(HOUR);
      expect(await grants().rotate(rotate)).toEqual(want);
      expect(await grants().find(grantId)).toEqual(grant);
    });

    it('repeats the successor for the generation before, within the window', async () => {
      const grantId = await redeemedGrant(bench.store);
      await grants().rotate(rotateOf(grantId, 1));
      const grant = await grants().find(grantId);
      bench.advance(20 * SECOND);
      const want = { outcome: 'repeated', generation: 2 };
      expect(await grants().rotate(rotateOf(grantId, 1))).toEqual(want);
      expect(await grants().find(grantId)).toEqual(grant);
    });

    it('measures the window from the rotation: a repetition does not move it', async () => {
      const grantId = await redeemedGrant(bench.store);
      await grants().rotate(rotateOf(grantId, 1));
      bench.advance(20 * SECOND);
      expect(await grants().rotate(rotateOf(grantId, 1))).toMatchObject({ outcome: 'repeated' });
      bench.advance(10 * SECOND + 1);
      expect(await grants().rotate(rotateOf(grantId, 1))).toEqual({ outcome: 'reused' });
    });

    it('repeats nothing for a generation whose own end has come, and the grant lives on', async () => {
      const grantId = await redeemedGrant(bench.store);
      bench.advance(7 * DAY - 15 * SECOND);
      const want = { outcome: 'rotated', generation: 2 };
      expect(await grants().rotate(rotateOf(grantId, 1))).toEqual(want);
      const grant = await grants().find(grantId);
      bench.advance(5 * SECOND);
      expect(await grants().rotate(rotateOf(grantId, 1))).toMatchObject({ outcome: 'repeated' });
      bench.advance(10 * SECOND);
      expect(await grants().rotate(rotateOf(grantId, 1))).toEqual({ outcome: 'gone' });
      expect(await grants().find(grantId)).toEqual(grant);
      expect(await grants().rotate(rotateOf(grantId, 2))).toEqual({ ...want, generation: 3 });
      // The end of the generation before is the one that the last rotation found.
      bench.advance(20 * SECOND);
      const repeated = { outcome: 'repeated', generation: 3 };
      expect(await grants().rotate(rotateOf(grantId, 2))).toEqual(repeated);
    });

    it('revokes the grant when the generation before comes after the window', async () => {
      const grantId = await redeemedGrant(bench.store);
      await grants().rotate(rotateOf(grantId, 1));
      bench.advance(30 * SECOND + 1);
      expect(await grants().rotate(rotateOf(grantId, 1))).toEqual({ outcome: 'reused' });
      expect(await grants().find(grantId)).toBeUndefined();
      expect(await grants().rotate(rotateOf(grantId, 2))).toEqual({ outcome: 'gone' });
    });

    it('revokes the grant when an older generation comes, at any time', async () => {
      const grantId = await redeemedGrant(bench.store);
      await grants().rotate(rotateOf(grantId, 1));
      await grants().rotate(rotateOf(grantId, 2));
      expect(await grants().rotate(rotateOf(grantId, 1))).toEqual({ outcome: 'reused' });
      expect(await grants().find(grantId)).toBeUndefined();
    });

    it('catches up with a newer generation, whose rotation a failover lost', async () => {
      const grantId = await redeemedGrant(bench.store);
      await grants().rotate(rotateOf(grantId, 1));
      const want = { outcome: 'rotated', generation: 5 };
      expect(await grants().rotate(rotateOf(grantId, 4))).toEqual(want);
      expect(await grants().find(grantId)).toMatchObject({ generation: 5 });
      const repeated = { outcome: 'repeated', generation: 5 };
      expect(await grants().rotate(rotateOf(grantId, 4))).toEqual(repeated);
    });

    it.each([0, -1, 1.5, NaN, Infinity])(
      'has no refresh token of generation %d, and no harm is done',
      async (generation) => {
        const grantId = await redeemedGrant(bench.store);
        const rotate = rotateOf(grantId, generation);
        expect(await grants().rotate(rotate)).toEqual({ outcome: 'gone' });
        expect(await grants().find(grantId)).toMatchObject({ generation: 1 });
      },
    );

    it('does not rotate before the code is redeemed', async () => {
      const grantId = await allowedGrant(bench.store);
      expect(await grants().rotate(rotateOf(grantId, 1))).toEqual({ outcome: 'gone' });
      expect(await grants().find(grantId)).toMatchObject({ generation: 0 });
    });

    it('does not rotate a grant that cannot be refreshed', async () => {
      const grantId = await redeemedGrant(bench.store, { refreshable: false });
      expect(await grants().rotate(rotateOf(grantId, 1))).toEqual({ outcome: 'gone' });
      expect(await grants().find(grantId)).toBeDefined();
    });

    it('does not rotate a grant that was idle for too long, was revoked or never was', async () => {
      const idle = await redeemedGrant(bench.store);
      bench.advance(7 * DAY);
      expect(await grants().rotate(rotateOf(idle, 1))).toEqual({ outcome: 'gone' });
      const revoked = await redeemedGrant(bench.store);
      await grants().revoke(revoked, { requestId: newRequestId() });
      expect(await grants().rotate(rotateOf(revoked, 1))).toEqual({ outcome: 'gone' });
      expect(await grants().rotate(rotateOf(newGrantId(), 1))).toEqual({ outcome: 'gone' });
    });

    it('gives fifty rotations at once the same successor', async () => {
      const grantId = await redeemedGrant(bench.store);
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, () => grants().rotate(rotateOf(grantId, 1))),
      );
      const count = (outcome: string): number =>
        outcomes.filter((one) => JSON.stringify(one) === JSON.stringify({ outcome, generation: 2 }))
          .length;
      expect([count('rotated'), count('repeated')]).toEqual([1, 49]);
      expect(await grants().find(grantId)).toMatchObject({ generation: 2 });
    });
  });
}
