/**
 * What every store does with the list of a person's grants.
 *
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { MAX_GRANTS_PER_SUBJECT, type SubjectEntry } from '../../storage/store.ts';
import { expect } from './expect.ts';
import {
  allowedGrant,
  allowOf,
  DAY,
  HOSTILE_IDS,
  MINUTE,
  newClientId,
  newGrantId,
  newPending,
  newRequestId,
  redeemedGrant,
} from './records.ts';
import type { Bench, Suite } from './suite.ts';

export function describeSubjectGrants({ describe, it }: Suite, bench: Bench): void {
  const newSubject = (): string => createHash('sha256').update(randomUUID()).digest('base64url');
  const entryOf = (grantId: string, subjectDigest: string, more: Partial<SubjectEntry> = {}) => ({
    ...{ grantId, subjectDigest, clientId: newClientId(), ttlMs: 7 * DAY },
    ...more,
  });
  const indexed = async (subjectDigest: string, clientId = newClientId()): Promise<string> => {
    const grantId = await redeemedGrant(bench.store, { client_id: clientId });
    await bench.store.grants.index(entryOf(grantId, subjectDigest, { clientId }));
    return grantId;
  };
  /** So many of one client, each a little later than the one before. */
  const severalOf = async (
    clientId: string,
    subjectDigest: string,
    count: number,
  ): Promise<string[]> => {
    const ids: string[] = [];
    for (let nth = 0; nth < count; nth += 1) {
      ids.push(await indexed(subjectDigest, clientId));
      bench.advance(1);
    }
    return ids;
  };
  /** Ids of those that make room for one more of a client. */
  const endedFor = async (clientId: string, subjectDigest: string): Promise<string[]> => {
    const grantId = await redeemedGrant(bench.store, { client_id: clientId });
    const ended = await bench.store.grants.index(entryOf(grantId, subjectDigest, { clientId }));
    bench.advance(1);
    return ended.map(({ grant_id }) => grant_id);
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
      await bench.store.grants.index(entryOf(grantId, subjectDigest, { ttlMs: 8 * DAY }));
      expect(await idsOf(subjectDigest)).toEqual([grantId]);
    });

    it('keep one that is told of before it comes to be, whatever is told of meanwhile', async () => {
      const subjectDigest = newSubject();
      const pending = newPending();
      const grantId = pending.grant_id;
      await bench.store.authorizations.insert(pending, MINUTE);
      await bench.store.grants.index(entryOf(grantId, subjectDigest, { ttlMs: MINUTE }));
      const other = await indexed(subjectDigest);
      await bench.store.authorizations.allow(allowOf(pending));
      expect(await idsOf(subjectDigest)).toEqual([grantId, other]);
    });

    it('are without those that were revoked, ended or never came to be', async () => {
      const subjectDigest = newSubject();
      const revoked = await indexed(subjectDigest);
      await bench.store.grants.revoke(revoked, { requestId: newRequestId() });
      const ending = await allowedGrant(bench.store);
      await bench.store.grants.index(entryOf(ending, subjectDigest, { ttlMs: MINUTE }));
      await bench.store.grants.index(entryOf(newGrantId(), subjectDigest));
      expect(await idsOf(subjectDigest)).toEqual([ending]);
      bench.advance(MINUTE);
      expect(await idsOf(subjectDigest)).toEqual([]);
    });

    it('outlive the one that was added last', async () => {
      const subjectDigest = newSubject();
      const lasting = await indexed(subjectDigest);
      const brief = await allowedGrant(bench.store);
      await bench.store.grants.index(entryOf(brief, subjectDigest, { ttlMs: MINUTE }));
      bench.advance(DAY);
      expect(await idsOf(subjectDigest)).toEqual([lasting]);
    });

    it('are not forgotten early when a sooner end is told later: an end only moves on', async () => {
      const subjectDigest = newSubject();
      const grantId = await indexed(subjectDigest);
      await bench.store.grants.index(entryOf(grantId, subjectDigest, { ttlMs: MINUTE }));
      bench.advance(DAY);
      expect(await idsOf(subjectDigest)).toEqual([grantId]);
      const other = await indexed(subjectDigest);
      await bench.store.grants.index(entryOf(grantId, subjectDigest, { ttlMs: MINUTE }));
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
      const instead = await redeemedGrant(bench.store);
      expect(await bench.store.grants.index(entryOf(instead, subjectDigest))).toEqual([]);
      const ending = await bench.store.grants.find(first ?? '');
      const newest = await allowedGrant(bench.store);
      const entry = entryOf(newest, subjectDigest, { ttlMs: MINUTE });
      expect(await bench.store.grants.index(entry)).toEqual([ending]);
      expect(await bench.store.grants.find(first ?? '')).toBeUndefined();
      expect(await bench.store.grants.index(entry)).toEqual([]);
      const left = await idsOf(subjectDigest);
      expect(left).toHaveLength(MAX_GRANTS_PER_SUBJECT);
      expect(left).toEqual(expect.arrayContaining([newest, instead, ...ids.slice(2)]));
    });

    it('make room where the most are, so that no client ends those of the others', async () => {
      const [many, few, other] = [newClientId(), newClientId(), newClientId()];
      const subjectDigest = newSubject();
      const seldom = await severalOf(few, subjectDigest, 2);
      const often = await severalOf(many, subjectDigest, MAX_GRANTS_PER_SUBJECT - 2);
      for (const [nth, client] of [many, few, other, many].entries()) {
        expect(await endedFor(client, subjectDigest)).toEqual([often[nth]]);
      }
      const left = await idsOf(subjectDigest);
      expect(left).toHaveLength(MAX_GRANTS_PER_SUBJECT);
      expect(left).toEqual(expect.arrayContaining(seldom));
    });

    it('make room among those of the client itself where others have as many', async () => {
      const [one, other] = [newClientId(), newClientId()];
      const subjectDigest = newSubject();
      const half = MAX_GRANTS_PER_SUBJECT / 2;
      const ofOne = await severalOf(one, subjectDigest, half);
      const ofOther = await severalOf(other, subjectDigest, half);
      expect(await endedFor(other, subjectDigest)).toEqual([ofOther[0]]);
      expect(await endedFor(one, subjectDigest)).toEqual([ofOne[0]]);
    });

    it('make room for many at once, and one of these is told of each that ended', async () => {
      const subjectDigest = newSubject();
      const clientId = newClientId();
      const before = await severalOf(clientId, subjectDigest, MAX_GRANTS_PER_SUBJECT);
      const told = await Promise.all(
        Array.from({ length: 20 }, () => endedFor(clientId, subjectDigest)),
      );
      expect(told.flat().sort()).toEqual(before.slice(0, 20).sort());
      expect(await idsOf(subjectDigest)).toHaveLength(MAX_GRANTS_PER_SUBJECT);
    });

    it.each(HOSTILE_IDS)('are not those of a person called $name', async ({ id }) => {
      expect(await bench.store.grants.listBySubject(id)).toEqual([]);
      const entry = entryOf(newGrantId(), newSubject());
      await expect(bench.store.grants.index({ ...entry, subjectDigest: id })).rejects.toThrow(
        TypeError,
      );
      await expect(bench.store.grants.index({ ...entry, grantId: id })).rejects.toThrow(TypeError);
    });
  });
}
