import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import type { TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { obtainTokens, refreshRequest, type Tokens } from '../support/flow.ts';
import {
  callStatus,
  createSharingBench,
  jwksOf,
  kidsOf,
  verifyWith,
  type SharingBench,
} from '../support/kept-keys.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Short, so that grants and clients outlive many rotations. */
const OPTIONS = { signingKeyRotationSeconds: 3 * 3600, accessTokenTtlSeconds: 3600 };
const SCOPE = 'openid offline_access';

let bench: SharingBench;
let a: TestApp;
let b: TestApp;

beforeEach(async () => {
  bench = createSharingBench();
  [a, b] = [bench.start(OPTIONS), bench.start(OPTIONS)];
  await Promise.all([kidsOf(a), kidsOf(b)]);
});
afterEach(async () => {
  await bench.close();
});

/** Lets both instances look, as they do by themselves every half a minute. */
async function settle(): Promise<void> {
  await eventually(async () => expect(await kidsOf(a)).toEqual(await kidsOf(b)));
}

const kidOf = (token: string): string | undefined => decodeProtectedHeader(token).kid;

describe('a key that takes the place of another', () => {
  it('ends no token: each is good until its own end, everywhere (META-06)', async () => {
    bench.clock.advance(2 * HOUR);
    await eventually(async () => expect(await kidsOf(a)).toHaveLength(2));
    await settle();
    const [old, next] = await kidsOf(b);
    bench.clock.advance(HOUR - MINUTE);
    // The last token of the one before, by a clock that goes on by itself too.
    const { access_token: last } = await obtainTokens(a.app, SCOPE);
    expect(kidOf(last)).toBe(old);
    bench.clock.advance(MINUTE);
    const { access_token: first } = await obtainTokens(b.app, SCOPE);
    expect(kidOf(first)).toBe(next);

    const { exp = 0 } = decodeJwt(last);
    while (bench.clock.now() + 5 * MINUTE < exp * 1000) {
      bench.clock.advance(5 * MINUTE);
      for (const instance of [a, b]) {
        expect(await callStatus(instance, last)).toBe(200);
        expect(await verifyWith(await jwksOf(instance), last, bench.clock)).toBe('alice');
      }
    }
    bench.clock.advance(15 * MINUTE);
    expect(await callStatus(a, last)).toBe(401);
    await eventually(async () => expect(await kidsOf(a)).toEqual([next]));
    await settle();
    expect(await kidsOf(b)).toEqual([next]);
  });

  it('is published for an hour before it signs: a list that was kept as long has it (META-06)', async () => {
    const [old] = await kidsOf(a);
    bench.clock.advance(2 * HOUR);
    await eventually(async () => expect(await kidsOf(a)).toHaveLength(2));
    await settle();
    const kept = await jwksOf(a);
    for (let waited = 0; waited < 55; waited += 5) {
      bench.clock.advance(5 * MINUTE);
      const { access_token } = await obtainTokens(b.app, SCOPE);
      expect(kidOf(access_token)).toBe(old);
    }
    bench.clock.advance(6 * MINUTE);
    for (const { app } of [a, b]) {
      const { access_token } = await obtainTokens(app, SCOPE);
      expect(kidOf(access_token)).not.toBe(old);
      expect(await verifyWith(kept, access_token, bench.clock)).toBe('alice');
    }
  });

  it('is made by one instance when all of them sleep through its time', async () => {
    bench.clock.advance(1000 * HOUR);
    const { access_token } = await obtainTokens(a.app, SCOPE);
    expect(await callStatus(b, access_token)).toBe(200);
    await settle();
    expect(await kidsOf(a)).toHaveLength(2);
    const made = [a, b].flatMap(({ log }) =>
      log.at('info').filter(({ message }) => message === 'signing key made'),
    );
    expect(made).toHaveLength(2);
  });
});

describe('keys that change under load', () => {
  const WORKERS = 4;
  const STEP = 5 * MINUTE;
  const STEPS = 84;

  /** A list of keys that is fetched now and then, and never because a key is not in it. */
  class RelyingParty {
    #keys: JSONWebKeySet | undefined;
    #fetchedAt = 0;

    async verify(token: string, from: TestApp): Promise<void> {
      if (!this.#keys || bench.clock.now() - this.#fetchedAt > 30 * MINUTE) {
        this.#fetchedAt = bench.clock.now();
        this.#keys = await jwksOf(from);
      }
      await verifyWith(this.#keys, token, bench.clock);
    }
  }

  it('fail nobody, at neither instance nor elsewhere (RACE-16)', async () => {
    let isOver = false;
    const rounds = Array.from({ length: WORKERS }, () => 0);
    const used = new Set<string | undefined>();
    const work = async (worker: number): Promise<void> => {
      const [own, other] = worker % 2 === 0 ? [a, b] : [b, a];
      const elsewhere = new RelyingParty();
      const { client_id, ...tokens } = await obtainTokens(own.app, SCOPE);
      let { refresh_token } = tokens;
      while (!isOver) {
        const refreshed = await refreshRequest(own.app, client_id, refresh_token);
        expect(refreshed.status).toBe(200);
        const { access_token, refresh_token: next } = refreshed.body as Tokens;
        refresh_token = next;
        used.add(kidOf(access_token));
        expect(await callStatus(other, access_token)).toBe(200);
        expect(await callStatus(own, access_token)).toBe(200);
        await elsewhere.verify(access_token, other);
        rounds[worker] = (rounds[worker] ?? 0) + 1;
      }
    };
    const workers = rounds.map((_, worker) => work(worker));
    const all = Promise.all(workers);
    all.catch(() => undefined);
    const moving = (async () => {
      for (let step = 0; step < STEPS; step += 1) {
        const before = [...rounds];
        // Every worker has come round: what it checks is never more than a step or two old.
        await Promise.race([
          all,
          eventually(() => {
            expect(rounds.every((round, worker) => round > (before[worker] ?? 0))).toBe(true);
          }),
        ]);
        bench.clock.advance(STEP);
      }
    })();
    try {
      await Promise.race([all, moving]);
    } finally {
      isOver = true;
    }
    await all;
    // Seven hours, a key every three.
    expect(used.size).toBeGreaterThanOrEqual(3);
  });
});
