/**
 * What every store does with minted initial access tokens.
 *
 * @module
 */
import {
  StoreUnavailableError,
  type Licence,
  type NewInitialAccessToken,
} from '../../storage/store.ts';
import { expect } from './expect.ts';
import {
  DAY,
  HOSTILE_IDS,
  MINUTE,
  newDigest,
  newInitialAccessToken,
  newRequestId,
  SECOND,
} from './records.ts';
import type { Bench, Suite } from './suite.ts';
import { tamper } from './tamper.ts';

export function describeInitialAccessTokens({ describe, it }: Suite, bench: Bench): void {
  const inserted = async (
    overrides: Partial<NewInitialAccessToken> = {},
    ttlMs = DAY,
  ): Promise<NewInitialAccessToken> => {
    const token = newInitialAccessToken(overrides);
    const { outcome } = await bench.store.initialAccessTokens.insert(token, ttlMs);
    expect(outcome).toBe('inserted');
    return token;
  };
  const use = (digest: string, requestId = newRequestId()): Promise<Licence | undefined> =>
    bench.store.initialAccessTokens.use(digest, { requestId });
  const giveBack = (digest: string, requestId: string): Promise<void> =>
    bench.store.initialAccessTokens.giveBack(digest, { requestId });
  const leftOf = async (digest: string): Promise<number | undefined> =>
    (await bench.store.initialAccessTokens.list()).find((token) => token.digest === digest)?.left;

  describe('initial access tokens', () => {
    it.each([
      { name: 'with everything', overrides: {} },
      { name: 'that allow no more than everybody may', overrides: { licence: {} } },
      {
        name: 'for redirect hosts alone',
        overrides: { licence: { redirectHosts: ['a.example'] } },
      },
    ])('are listed as they were inserted, by their ends: $name', async ({ overrides }) => {
      const before = bench.store.now();
      const late = await inserted({ ...overrides, uses: 3 }, 2 * DAY);
      const soon = await inserted(overrides);
      const times = { created_at: expect.any(Number), expires_at: expect.any(Number) };
      const listed = await bench.store.initialAccessTokens.list();
      expect(listed).toEqual([
        { ...soon, left: 1, ...times },
        { ...late, left: 3, ...times },
      ]);
      const [{ created_at, expires_at } = { created_at: 0, expires_at: 0 }] = listed;
      expect(expires_at - created_at).toBe(DAY);
      expect(created_at - before).toBeGreaterThanOrEqual(-SECOND);
      expect(created_at - before).toBeLessThan(10 * SECOND);
    });

    it('have the end that was answered', async () => {
      const outcome = await bench.store.initialAccessTokens.insert(newInitialAccessToken(), DAY);
      const [kept] = await bench.store.initialAccessTokens.list();
      expect(outcome).toEqual({ outcome: 'inserted', expires_at: kept?.expires_at });
    });

    it('allow what they were minted for, as often as they were minted for (REG-35)', async () => {
      const { digest, licence } = await inserted({ uses: 2 });
      expect(await use(digest)).toEqual(licence);
      expect(await leftOf(digest)).toBe(1);
      expect(await use(digest)).toEqual(licence);
      expect(await use(digest)).toBeUndefined();
      expect(await leftOf(digest)).toBe(0);
    });

    it('count a request once that is sent twice', async () => {
      const { digest, licence } = await inserted({ uses: 2 });
      const requestId = newRequestId();
      for (let i = 0; i < 3; i += 1) expect(await use(digest, requestId)).toEqual(licence);
      expect(await leftOf(digest)).toBe(1);
    });

    it('are used by as many of those who come at once as there are uses (RACE-13)', async () => {
      const { digest } = await inserted({ uses: 3 });
      const used = await Promise.all(Array.from({ length: 20 }, () => use(digest)));
      expect(used.filter(Boolean)).toHaveLength(3);
      expect(await leftOf(digest)).toBe(0);
    });

    it('have a use again that is given back, by whoever took it, and once (REG-36)', async () => {
      const { digest, licence } = await inserted();
      const requestId = newRequestId();
      await giveBack(digest, requestId);
      expect(await leftOf(digest)).toBe(1);
      await use(digest, requestId);
      await giveBack(digest, newRequestId());
      expect(await use(digest)).toBeUndefined();
      for (let i = 0; i < 3; i += 1) await giveBack(digest, requestId);
      expect(await leftOf(digest)).toBe(1);
      expect(await use(digest)).toEqual(licence);
      await giveBack(digest, requestId);
      expect(await use(digest)).toBeUndefined();
    });

    it('forget who took a use long ago, and keep it', async () => {
      const { digest } = await inserted({ uses: 30 });
      const requests = Array.from({ length: 25 }, newRequestId);
      for (const requestId of requests) await use(digest, requestId);
      await giveBack(digest, requests[0]!);
      expect(await leftOf(digest)).toBe(5);
      await Promise.all(requests.map((requestId) => giveBack(digest, requestId)));
      expect(await leftOf(digest)).toBe(25);
    });

    it('end after their lifetime, not before, and come back by nothing (REG-35)', async () => {
      const { digest, licence } = await inserted({ uses: 3 });
      const requestId = newRequestId();
      bench.advance(DAY - 15 * SECOND);
      expect(await use(digest, requestId)).toEqual(licence);
      bench.advance(15 * SECOND);
      expect(await use(digest)).toBeUndefined();
      await giveBack(digest, requestId);
      expect(await use(digest)).toBeUndefined();
      expect(await bench.store.initialAccessTokens.list()).toEqual([]);
      expect(await bench.store.initialAccessTokens.remove(digest)).toBe(false);
    });

    it('are gone when they are removed, and come back by nothing (REG-35)', async () => {
      const [removed, kept] = [await inserted({ uses: 3 }), await inserted()];
      const requestId = newRequestId();
      await use(removed.digest, requestId);
      expect(await bench.store.initialAccessTokens.remove(removed.digest)).toBe(true);
      expect(await bench.store.initialAccessTokens.remove(removed.digest)).toBe(false);
      await giveBack(removed.digest, requestId);
      expect(await use(removed.digest)).toBeUndefined();
      expect(await leftOf(removed.digest)).toBeUndefined();
      expect(await leftOf(kept.digest)).toBe(1);
    });

    it('are not in the place of one that is there', async () => {
      const { digest } = await inserted();
      const other = newInitialAccessToken({ digest, uses: 5 });
      await expect(bench.store.initialAccessTokens.insert(other, DAY)).rejects.toThrow(
        StoreUnavailableError,
      );
      expect(await leftOf(digest)).toBe(1);
    });

    it('are all listed, however many there are, and those that ended are not', async () => {
      const brief = await inserted({}, MINUTE);
      const tokens = Array.from({ length: 120 }, () => newInitialAccessToken());
      await Promise.all(tokens.map((token) => bench.store.initialAccessTokens.insert(token, DAY)));
      const digests = async (): Promise<string[]> =>
        (await bench.store.initialAccessTokens.list()).map(({ digest }) => digest);
      expect(await digests()).toHaveLength(121);
      bench.advance(MINUTE);
      expect((await digests()).sort()).toEqual(tokens.map(({ digest }) => digest).sort());
      expect(await digests()).not.toContain(brief.digest);
    });

    it('are out of reach of those who were handed one', async () => {
      const token = newInitialAccessToken();
      const before = structuredClone(token);
      await bench.store.initialAccessTokens.insert(token, DAY);
      tamper(token);
      tamper((await bench.store.initialAccessTokens.list())[0]!);
      tamper((await use(before.digest))!);
      expect(await bench.store.initialAccessTokens.list()).toMatchObject([{ ...before, left: 0 }]);
    });

    it.each(HOSTILE_IDS)('are none under $name, which is no digest', async ({ id }) => {
      expect(await use(id)).toBeUndefined();
      await giveBack(id, newRequestId());
      expect(await bench.store.initialAccessTokens.remove(id)).toBe(false);
      const odd = newInitialAccessToken({ digest: id });
      await expect(bench.store.initialAccessTokens.insert(odd, DAY)).rejects.toThrow(TypeError);
      expect(await use(newDigest())).toBeUndefined();
    });
  });
}
