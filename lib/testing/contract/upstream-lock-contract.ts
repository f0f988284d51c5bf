/**
 * What every store does when the tokens of a login elsewhere are refreshed: one at a time.
 *
 * @module
 */
import { expect } from './expect.ts';
import {
  HOSTILE_IDS,
  newGrantId,
  newLogin,
  newRequestId,
  redeemedGrant,
  rotateOf,
  SECOND,
} from './records.ts';
import type { Bench, Suite } from './suite.ts';

const TTL_MS = 30 * SECOND;

export function describeUpstreamLock({ describe, it }: Suite, bench: Bench): void {
  const lock = (grantId: string, owner: string): Promise<boolean> =>
    bench.store.upstreamTokens.lock(grantId, owner, TTL_MS);
  const unlock = (grantId: string, owner: string): Promise<void> =>
    bench.store.upstreamTokens.unlock(grantId, owner);
  const replace = (
    grantId: string,
    owner: string,
    sealed: string,
    requestId = newRequestId(),
  ): Promise<string> => bench.store.upstreamTokens.replace(grantId, { owner, sealed, requestId });
  const withTokens = (): Promise<string> => redeemedGrant(bench.store, {}, { login: newLogin() });
  const expectTokens = async (grantId: string, want: string | undefined): Promise<void> => {
    expect(await bench.store.upstreamTokens.find(grantId)).toBe(want);
  };

  describe('the lock of upstream tokens', () => {
    it('is held by one of fifty who come at once', async () => {
      const grantId = newGrantId();
      const owners = Array.from({ length: 50 }, newRequestId);
      const held = await Promise.all(owners.map((owner) => lock(grantId, owner)));
      expect(held.filter(Boolean)).toHaveLength(1);
    });

    it('is one for each grant', async () => {
      expect(await lock(newGrantId(), 'one')).toBe(true);
      expect(await lock(newGrantId(), 'other')).toBe(true);
    });

    it('is still held when its owner asks again, to the same end', async () => {
      const grantId = newGrantId();
      await lock(grantId, 'one');
      bench.advance(TTL_MS - 10 * SECOND);
      expect(await lock(grantId, 'one')).toBe(true);
      expect(await lock(grantId, 'other')).toBe(false);
      bench.advance(10 * SECOND);
      expect(await lock(grantId, 'other')).toBe(true);
      expect(await lock(grantId, 'one')).toBe(false);
    });

    it('is freed by its owner and by nobody else', async () => {
      const grantId = newGrantId();
      await lock(grantId, 'one');
      await unlock(grantId, 'other');
      expect(await lock(grantId, 'other')).toBe(false);
      await unlock(grantId, 'one');
      expect(await lock(grantId, 'other')).toBe(true);
      await unlock(grantId, 'one');
      expect(await lock(grantId, 'third')).toBe(false);
    });

    it.each(HOSTILE_IDS)('cannot be taken for a grant whose id is $name', async ({ id }) => {
      await expect(lock(id, 'one')).rejects.toThrow(TypeError);
      await unlock(id, 'one');
      expect(await replace(id, 'one', 'sealed')).toBe('gone');
    });
  });

  describe('replacing upstream tokens', () => {
    it('is for the owner of the lock, and frees it', async () => {
      const grantId = await withTokens();
      await lock(grantId, 'one');
      expect(await replace(grantId, 'one', 'new')).toBe('done');
      await expectTokens(grantId, 'new');
      expect(await lock(grantId, 'other')).toBe(true);
    });

    it('answers a repetition of the call as it answered the call, and changes nothing', async () => {
      const grantId = await withTokens();
      const requestId = newRequestId();
      await lock(grantId, 'one');
      await replace(grantId, 'one', 'new', requestId);
      await lock(grantId, 'other');
      expect(await replace(grantId, 'one', 'newer', requestId)).toBe('done');
      await expectTokens(grantId, 'new');
      expect(await replace(grantId, 'other', 'others')).toBe('done');
    });

    it('is lost without the lock, and with the lock of somebody else', async () => {
      const grantId = await withTokens();
      const before = await bench.store.upstreamTokens.find(grantId);
      expect(await replace(grantId, 'one', 'new')).toBe('lost');
      await lock(grantId, 'other');
      expect(await replace(grantId, 'one', 'new')).toBe('lost');
      await expectTokens(grantId, before);
      expect(await lock(grantId, 'one')).toBe(false);
    });

    it('is lost for whoever comes after the end of the lock, also when nobody has it', async () => {
      const grantId = await withTokens();
      await lock(grantId, 'one');
      bench.advance(TTL_MS);
      expect(await replace(grantId, 'one', 'late')).toBe('lost');
      await lock(grantId, 'other');
      expect(await replace(grantId, 'one', 'later')).toBe('lost');
      expect(await replace(grantId, 'other', 'new')).toBe('done');
      await expectTokens(grantId, 'new');
    });

    it('is gone with the grant, and where there are no tokens: nothing comes back', async () => {
      const revoked = await withTokens();
      const without = await redeemedGrant(bench.store);
      const taken = await withTokens();
      for (const grantId of [revoked, without, taken]) await lock(grantId, 'one');
      await bench.store.grants.revoke(revoked, { requestId: newRequestId() });
      await bench.store.upstreamTokens.take(taken);
      for (const grantId of [revoked, without, taken]) {
        expect(await replace(grantId, 'one', 'new')).toBe('gone');
        await expectTokens(grantId, undefined);
      }
      expect(await replace(newGrantId(), 'one', 'new')).toBe('gone');
    });

    it('does not move the end of the tokens', async () => {
      const grantId = await withTokens();
      await bench.store.grants.rotate({ ...rotateOf(grantId, 1), idleTtlMs: 2 * TTL_MS });
      bench.advance(TTL_MS);
      await lock(grantId, 'one');
      expect(await replace(grantId, 'one', 'new')).toBe('done');
      await expectTokens(grantId, 'new');
      bench.advance(TTL_MS);
      await expectTokens(grantId, undefined);
      expect(await bench.store.upstreamTokens.take(grantId)).toBe('new');
    });

    it('is done by one of fifty who come at once', async () => {
      const grantId = await withTokens();
      const owners = Array.from({ length: 50 }, newRequestId);
      const held = await Promise.all(owners.map((owner) => lock(grantId, owner)));
      const outcomes = await Promise.all(owners.map((owner) => replace(grantId, owner, owner)));
      expect(outcomes).toEqual(held.map((isHeld) => (isHeld ? 'done' : 'lost')));
      await expectTokens(grantId, owners[held.indexOf(true)]);
    });
  });
}
