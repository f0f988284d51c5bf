/**
 * What every store does when all grants are looked through.
 *
 * @module
 */
import type { GrantRecord } from '../../storage/store.ts';
import { expect } from './expect.ts';
import { allowedGrant, DAY, HOSTILE_IDS, MINUTE, newRequestId, redeemedGrant } from './records.ts';
import type { Bench, Suite } from './suite.ts';
import { tamper } from './tamper.ts';

export function describeGrantPages({ describe, it }: Suite, bench: Bench): void {
  /** Each once: some may come twice. */
  const all = async (onPage: () => Promise<void> = async () => undefined) => {
    const found = new Map<string, GrantRecord>();
    let cursor: string | undefined;
    do {
      const page = await bench.store.grants.scan(cursor);
      for (const grant of page.grants) found.set(grant.grant_id, grant);
      expect(page.entries).toBeGreaterThanOrEqual(page.grants.length);
      await onPage();
      ({ cursor } = page);
    } while (cursor !== undefined);
    return found;
  };

  describe('all grants', () => {
    it('are none where there are none', async () => {
      expect([...(await all()).keys()]).toEqual([]);
    });

    it('are whole records, of all that are alive and of no others', async () => {
      const ending = await allowedGrant(bench.store);
      const revoked = await redeemedGrant(bench.store);
      await bench.store.grants.revoke(revoked, { requestId: newRequestId() });
      const living = [await redeemedGrant(bench.store), await redeemedGrant(bench.store)];
      expect([...(await all()).keys()].sort()).toEqual([ending, ...living].sort());
      bench.advance(MINUTE);
      const found = await all();
      expect([...found.keys()].sort()).toEqual([...living].sort());
      for (const id of living) {
        expect(found.get(id)).toEqual(await bench.store.grants.find(id));
      }
      bench.advance(7 * DAY);
      expect([...(await all()).keys()]).toEqual([]);
    });

    it('are all there, however many, while others come and go', async () => {
      const many = Array.from({ length: 300 }, () => allowedGrant(bench.store));
      const lasting = await Promise.all(many);
      const found = await all(async () => {
        const brief = await allowedGrant(bench.store);
        await bench.store.grants.revoke(brief, { requestId: newRequestId() });
      });
      expect(lasting.filter((id) => !found.has(id))).toEqual([]);
    });

    it('are out of reach of those who were handed them', async () => {
      const id = await redeemedGrant(bench.store);
      const before = await bench.store.grants.find(id);
      tamper((await all()).get(id) ?? {});
      expect(await bench.store.grants.find(id)).toEqual(before);
    });

    it.each(HOSTILE_IDS)('have no page that begins at $name', async ({ id }) => {
      await expect(bench.store.grants.scan(id)).rejects.toThrow(TypeError);
    });
  });
}
