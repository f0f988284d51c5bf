import { describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { KEYS_OF_A_SITE } from '../lib/fetch-admission.ts';
import { createPublishedKeys } from '../lib/published-keys.ts';
import type { Limiter, Quota } from '../lib/storage/limiter.ts';
import { sha256 } from '../lib/tokens/digest.ts';
import { createClock } from './support/clock.ts';
import { createLogRecorder } from './support/log-recorder.ts';

/** Keys that are answered when a test says so, and limits whose windows end when it says so. */
function createBench({ isLimited = true } = {}) {
  const counts = new Map<string, number>();
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const limiter = ({ name, limit }: Quota): Limiter => {
    const add = (key: string, by: number): number => {
      const count = (counts.get(name + key) ?? 0) + by;
      counts.set(name + key, count);
      return count;
    };
    return {
      async consume(key) {
        const count = add(key, isLimited ? 1 : 0);
        return { isWithin: count <= limit, remaining: Math.max(limit - count, 0), resetMs: 1 };
      },
      refund: async (key) => void add(key, -1),
      refusal: () => undefined,
    };
  };
  const keys = createPublishedKeys({
    getJson: async (url) => {
      asked.push(url);
      await new Promise<void>((answer) => {
        answers.push(answer);
      });
      return { json: { keys: [] }, freshForMs: 0 };
    },
    now: createClock().now,
    store: { limiter },
    keyOf: (parts) => sha256(JSON.stringify(parts)),
    storeNow: () => 0,
    logger: createLogRecorder().logger,
  });
  return {
    asked,
    /** Asks at hosts of their own, for networks of their own in one site. */
    site: (count: number, where: string) =>
      Array.from({ length: count }, (_, i) => {
        const uri = `https://${where}-${String(i)}.example.com/jwks`;
        return keys.find(uri, undefined, `203.0.113.${String(i)}`);
      }),
    other: () => keys.find('https://other.example.com/jwks', undefined, '198.51.100.7'),
    endWindow: () => {
      counts.clear();
    },
    answer: () => {
      for (const answer of answers.splice(0)) answer();
    },
  };
}

/** Lets everything go on that waits for nobody. */
const settle = () => setImmediate();

describe('keys that are being fetched (CIMD-23)', () => {
  it('are few at once, whoever asks for them', async () => {
    const { asked, site, answer } = createBench({ isLimited: false });
    const all = Promise.allSettled(site(1000, 'many'));
    await settle();
    const most = asked.length;
    expect(most).toBeGreaterThan(2 * KEYS_OF_A_SITE);
    expect(most).toBeLessThan(4 * KEYS_OF_A_SITE);
    answer();
    const refused = (await all).flatMap((one) =>
      one.status === 'rejected' ? [one.reason as unknown] : [],
    );
    expect(refused).toHaveLength(1000 - most);
    expect(refused[0]).toMatchObject({ code: 'temporarily_unavailable', status: 503 });
  });

  it('leave room for others at the edge between two windows, when a site has all it may have', async () => {
    const { asked, site, other, endWindow, answer } = createBench();
    const first = Promise.allSettled(site(KEYS_OF_A_SITE + 5, 'first'));
    await settle();
    endWindow();
    const second = Promise.allSettled(site(KEYS_OF_A_SITE + 5, 'second'));
    await settle();
    expect(asked).toHaveLength(2 * KEYS_OF_A_SITE);
    const served = other();
    await settle();
    answer();
    expect(await served).toEqual([]);
    for (const fates of [await first, await second]) {
      expect(fates.filter(({ status }) => status === 'rejected')).toHaveLength(5);
    }
  });

  it('leave room for others while a site asks for more than it may, all at once', async () => {
    const { asked, site, other, answer } = createBench();
    const flood = Promise.allSettled(site(100, 'flood'));
    const served = other();
    await settle();
    answer();
    expect(await served).toEqual([]);
    expect(asked).toHaveLength(KEYS_OF_A_SITE + 1);
    expect((await flood).filter(({ status }) => status === 'rejected')).toHaveLength(
      100 - KEYS_OF_A_SITE,
    );
  });
});
