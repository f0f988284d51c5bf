/**
 * What every store does with the list of a person's grants.
 *
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { MAX_GRANTS_PER_SUBJECT } from '../../storage/store.ts';
import { expect } from './expect.ts';
import {
  allowedGrant,
  allowOf,
  DAY,
  HOSTILE_IDS,
  MINUTE,
  newGrantId,
  newPending,
  newRequestId,
  redeemedGrant,
} from './records.ts';
import type { Bench, Suite } from './suite.ts';

export function describeSubjectGrants({ describe, it }: Suite, bench: Bench): void {
  const newSubject = (): string => createHash('sha256').update(randomUUID()).digest('base64url');
  const indexed = async (
    subjectDigest: string,
    overrides: Parameters<typeof redeemedGrant>[1] = {},
  ): Promise<string> => {
    const grantId = await redeemedGrant(bench.store, overrides);
    await bench.store.grants.index({ grantId, subjectDigest, ttlMs: 7 * DAY });
    return grantId;
  };
  const idsOf = async (subjectDigest: string): Promise<string[]> =>
    (await bench.store.grants.listBySubject(subjectDigest)).map(({ grant_id }) => grant_id);

  describe('the grants of one person', () => {
    it('are none where there are none', async () => {
      expect(await bench.store.grants.listBySubject(newSubject())).toEqual([]);
    });

    it('are whole records, and nobody else has them', async () => {
      const [one, other] = [newSubject(), newSubject()];
      const [first, second] = [await indexed(one), await indexed(one)];
      await indexed(other);
      expect(await idsOf(one)).toEqual(expect.arrayContaining([first, second]));
      const grants = await bench.store.grants.listBySubject(one);
      expect(grants).toContainEqual(await bench.store.grants.find(first));
      expect(grants).toHaveLength(2);
    });

    it('are named once, however often they are told', async () => {
      const subjectDigest = newSubject();
      const grantId = await indexed(subjectDigest);
      await bench.store.grants.index({ grantId, subjectDigest, ttlMs: 8 * DAY });
      expect(await idsOf(subjectDigest)).toEqual([grantId]);
    });

    it('keep one that is told of before it comes to be, whatever is told of meanwhile', async () => {
      const subjectDigest = newSubject();
      const pending = newPending();
      const grantId = pending.grant_id;
      await bench.store.authorizations.insert(pending, MINUTE);
      await bench.store.grants.index({ grantId, subjectDigest, ttlMs: MINUTE });
      const other = await indexed(subjectDigest);
      await bench.store.authorizations.allow(allowOf(pending));
      expect(await idsOf(subjectDigest)).toEqual([grantId, other]);
    });

    it('are without those that were revoked, ended or never came to be', async () => {
      const subjectDigest = newSubject();
      const revoked = await indexed(subjectDigest);
      await bench.store.grants.revoke(revoked, { requestId: newRequestId() });
      const ending = await allowedGrant(bench.store);
      await bench.store.grants.index({ grantId: ending, subjectDigest, ttlMs: MINUTE });
      const never = { grantId: newGrantId(), subjectDigest, ttlMs: DAY };
      await bench.store.grants.index(never);
      expect(await idsOf(subjectDigest)).toEqual([ending]);
      bench.advance(MINUTE);
      expect(await idsOf(subjectDigest)).toEqual([]);
    });

    it('outlive the one that was added last', async () => {
      const subjectDigest = newSubject();
      const lasting = await indexed(subjectDigest);
      const brief = await allowedGrant(bench.store);
      await bench.store.grants.index({ grantId: brief, subjectDigest, ttlMs: MINUTE });
      bench.advance(DAY);
      expect(await idsOf(subjectDigest)).toEqual([lasting]);
    });

    it('are not forgotten early when a sooner end is told later: an end only moves on', async () => {
      const subjectDigest = newSubject();
      const grantId = await indexed(subjectDigest);
      await bench.store.grants.index({ grantId, subjectDigest, ttlMs: MINUTE });
      bench.advance(DAY);
      expect(await idsOf(subjectDigest)).toEqual([grantId]);
      const other = await indexed(subjectDigest);
      await bench.store.grants.index({ grantId, subjectDigest, ttlMs: MINUTE });
      bench.advance(DAY);
      expect(await idsOf(subjectDigest)).toEqual([grantId, other]);
    });

    it('are bounded: one more revokes the one that would end first, never itself', async () => {
      const subjectDigest = newSubject();
      const ids: string[] = [];
      for (let nth = 0; nth < MAX_GRANTS_PER_SUBJECT; nth += 1) {
        ids.push(await indexed(subjectDigest));
        bench.advance(1);
      }
      const [first, second] = ids;
      await bench.store.grants.revoke(second ?? '', { requestId: newRequestId() });
      // The one that was revoked makes room; only then is one that is alive too many.
      const instead = await indexed(subjectDigest);
      expect(await bench.store.grants.find(first ?? '')).toBeDefined();
      const newest = await allowedGrant(bench.store);
      await bench.store.grants.index({ grantId: newest, subjectDigest, ttlMs: MINUTE });
      expect(await bench.store.grants.find(first ?? '')).toBeUndefined();
      const left = await idsOf(subjectDigest);
      expect(left).toHaveLength(MAX_GRANTS_PER_SUBJECT);
      expect(left).toEqual(expect.arrayContaining([newest, instead, ...ids.slice(2)]));
    });

    it('make room at the client that has the most of them, whoever ends first', async () => {
      const subjectDigest = newSubject();
      const greedy = { client_id: randomUUID() };
      const few = [await indexed(subjectDigest), await indexed(subjectDigest)];
      bench.advance(DAY);
      const many: string[] = [];
      for (let nth = few.length; nth < MAX_GRANTS_PER_SUBJECT; nth += 1) {
        many.push(await indexed(subjectDigest, greedy));
        bench.advance(1);
      }
      const [first = '', second = ''] = many;
      const newest = [await indexed(subjectDigest, greedy), await indexed(subjectDigest)];
      expect(await bench.store.grants.find(first)).toBeUndefined();
      expect(await bench.store.grants.find(second)).toBeUndefined();
      const left = await idsOf(subjectDigest);
      expect(left).toHaveLength(MAX_GRANTS_PER_SUBJECT);
      expect(left).toEqual(expect.arrayContaining([...few, ...newest]));
    });

    it.each(HOSTILE_IDS)('are not those of a person called $name', async ({ id }) => {
      expect(await bench.store.grants.listBySubject(id)).toEqual([]);
      const entry = { grantId: newGrantId(), subjectDigest: newSubject(), ttlMs: DAY };
      await expect(bench.store.grants.index({ ...entry, subjectDigest: id })).rejects.toThrow(
        TypeError,
      );
      await expect(bench.store.grants.index({ ...entry, grantId: id })).rejects.toThrow(TypeError);
    });
  });
}
