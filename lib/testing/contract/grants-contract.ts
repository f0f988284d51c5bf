/**
 * What every store does with authorization grants.
 *
 * @module
 */
import { expect } from './expect.ts';
import {
  DAY,
  HOSTILE_IDS,
  newGrantId,
  newRequestId,
  redeemedGrant,
  redeemOf,
  rotateOf,
  SECOND,
} from './records.ts';
import type { Bench, Suite } from './suite.ts';
import { tamper } from './tamper.ts';

export function describeGrants({ describe, it }: Suite, bench: Bench): void {
  const grants = (): Bench['store']['grants'] => bench.store.grants;

  describe('grants', () => {
    it('does not find a grant after its end', async () => {
      const grantId = await redeemedGrant(bench.store);
      bench.advance(7 * DAY - 15 * SECOND);
      expect(await grants().find(grantId)).toBeDefined();
      bench.advance(15 * SECOND);
      expect(await grants().find(grantId)).toBeUndefined();
    });

    it('revokes once and for all, as often as it is asked', async () => {
      const grantId = await redeemedGrant(bench.store);
      const requestId = newRequestId();
      await grants().revoke(grantId, { requestId });
      await grants().revoke(grantId, { requestId });
      await grants().revoke(grantId, { requestId: newRequestId() });
      await grants().revoke(newGrantId(), { requestId });
      expect(await grants().find(grantId)).toBeUndefined();
    });

    it('keeps grants apart', async () => {
      const [one, other] = [await redeemedGrant(bench.store), await redeemedGrant(bench.store)];
      await grants().revoke(one, { requestId: newRequestId() });
      expect(await grants().find(other)).toBeDefined();
    });

    it('keeps its records out of reach of those who were handed one', async () => {
      const grantId = await redeemedGrant(bench.store);
      const found = (await grants().find(grantId))!;
      const before = structuredClone(found);
      tamper(found);
      expect(await grants().find(grantId)).toEqual(before);
    });

    it.each(HOSTILE_IDS)('knows no grant whose id is $name', async ({ id }) => {
      expect(await grants().find(id)).toBeUndefined();
      expect(await grants().redeem(redeemOf(id))).toBe('gone');
      expect(await grants().rotate(rotateOf(id, 1))).toEqual({ outcome: 'gone' });
      await grants().revoke(id, { requestId: newRequestId() });
    });
  });
}
