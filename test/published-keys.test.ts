import { describe, expect, it } from '@jest/globals';
import { FetchFailedError, type FetchFailure, type JsonAnswer } from '../lib/outbound/port.ts';
import { createPublishedKeys } from '../lib/published-keys.ts';
import type { LimiterStore } from '../lib/rate-limits.ts';
import type { Limiter } from '../lib/storage/limiter.ts';
import { sha256 } from '../lib/tokens/digest.ts';
import { createClock } from './support/clock.ts';
import { newClientKey } from './support/key-client.ts';
import { createLogRecorder } from './support/log-recorder.ts';

const URI = 'https://app.example.com/jwks';
const [OLD, NEW] = await Promise.all([newClientKey('ES256', 'old'), newClientKey('ES256', 'new')]);
const MINUTE = 60_000;

/** Whoever asks, and however often. */
const WITHOUT_END: Limiter = {
  consume: async () => ({ isWithin: true, remaining: 1, resetMs: 0 }),
  refund: async () => undefined,
  refusal: () => undefined,
};

/** Keys as a client publishes them, and what was asked. */
function createBench(freshForMs = 0, store: LimiterStore = {}) {
  const clock = createClock();
  const asked: string[] = [];
  const at = {
    json: { keys: [OLD.publicJwk] } as unknown,
    failure: undefined as FetchFailure | undefined,
  };
  const getJson = async (url: string): Promise<JsonAnswer> => {
    asked.push(url);
    await Promise.resolve();
    if (at.failure) throw new FetchFailedError(at.failure, 'a test');
    return { json: at.json, freshForMs };
  };
  const keys = createPublishedKeys({
    getJson,
    now: clock.now,
    store,
    keyOf: (parts) => sha256(JSON.stringify(parts)),
    storeNow: () => 0,
    logger: createLogRecorder().logger,
  });
  const kids = async (kid?: string, uri = URI, network?: string): Promise<unknown[]> =>
    (await keys.find(uri, kid, network)).map((key) => key['kid']);
  return { clock, asked, at, kids };
}

describe('keys that a client publishes (CIMD-23)', () => {
  it('are fetched once for many who ask at once, and not again while they are fresh', async () => {
    const { asked, kids, clock } = createBench();
    await Promise.all(Array.from({ length: 50 }, () => kids('old')));
    clock.advance(4 * MINUTE);
    expect(await kids('old')).toEqual(['old']);
    expect(asked).toEqual([URI]);
    clock.advance(2 * MINUTE);
    await kids('old');
    expect(asked).toHaveLength(2);
  });

  it('are looked at again for one that is not there, at most every half minute', async () => {
    const { asked, kids, clock, at } = createBench(60 * MINUTE);
    await kids('old');
    at.json = { keys: [NEW.publicJwk] };
    for (let i = 0; i < 20; i++) expect(await kids(`../../${String(i)}`)).toEqual(['old']);
    expect(asked).toHaveLength(1);
    clock.advance(30_000);
    expect(await kids('new')).toEqual(['new']);
    expect(asked).toHaveLength(2);
  });

  it('are kept no longer than an hour, whatever the answer says', async () => {
    const { asked, kids, clock } = createBench(365 * 24 * 60 * MINUTE);
    await kids('old');
    clock.advance(59 * MINUTE);
    await kids('old');
    expect(asked).toHaveLength(1);
    clock.advance(2 * MINUTE);
    await kids('old');
    expect(asked).toHaveLength(2);
  });

  it.each<FetchFailure>(['refused', 'unusable'])(
    'are none where there are none to be had (%s), and nobody is asked again for half a minute',
    async (failure) => {
      const { asked, kids, clock, at } = createBench();
      at.failure = failure;
      for (let i = 0; i < 5; i++) expect(await kids('old')).toEqual([]);
      expect(asked).toHaveLength(1);
      at.failure = undefined;
      clock.advance(30_000);
      expect(await kids('old')).toEqual(['old']);
    },
  );

  it.each<FetchFailure>(['away', 'unknown_host'])(
    'are not said to be none while their host is %s',
    async (failure) => {
      const { asked, kids, clock, at } = createBench();
      at.failure = failure;
      const unavailable = { code: 'temporarily_unavailable', status: 503 };
      for (let i = 0; i < 5; i++) await expect(kids('old')).rejects.toMatchObject(unavailable);
      expect(asked).toHaveLength(1);
      at.failure = undefined;
      clock.advance(30_000);
      expect(await kids('old')).toEqual(['old']);
    },
  );

  it.each<FetchFailure>(['refused', 'unusable', 'away', 'unknown_host'])(
    'that are fresh stay, whoever makes us ask again and whatever comes of it: %s',
    async (failure) => {
      const { asked, kids, clock, at } = createBench(60 * MINUTE);
      await kids('old');
      at.failure = failure;
      clock.advance(MINUTE);
      expect(await kids('of nobody')).toEqual(['old']);
      expect(asked).toHaveLength(2);
      expect(await kids('old')).toEqual(['old']);
    },
  );

  it('stay for a day while nobody answers, and end with their time when the answer is no', async () => {
    const { kids, clock, at } = createBench(60 * MINUTE);
    await kids('old');
    at.failure = 'away';
    clock.advance(23 * 60 * MINUTE);
    expect(await kids('old')).toEqual(['old']);
    at.failure = 'unusable';
    clock.advance(MINUTE);
    expect(await kids('old')).toEqual([]);
    at.failure = 'away';
    clock.advance(2 * 60 * MINUTE);
    await expect(kids('old')).rejects.toMatchObject({ status: 503 });
  });

  it('that are old are nothing to who has asked too much, and one network alone cannot keep the rest from asking', async () => {
    const { asked, kids, clock } = createBench();
    await kids('old');
    clock.advance(6 * MINUTE);
    for (let i = 0; i < 10; i++) {
      await kids('old', `${URI}/${String(i)}`, 'stranger').catch(() => undefined);
    }
    expect(asked).toHaveLength(6);
    await expect(kids('old', URI, 'stranger')).rejects.toMatchObject({ status: 429 });
    expect(asked).toHaveLength(6);
    expect(await kids('old', URI, 'another')).toEqual(['old']);
    expect(await kids('old', URI, 'stranger')).toEqual(['old']);
  });

  it('stay while everybody together has asked too much', async () => {
    const { asked, kids, clock } = createBench();
    await kids('old');
    clock.advance(6 * MINUTE);
    for (let i = 0; i < 30; i++) {
      await kids('old', `${URI}/${String(i)}`, `10.0.${String(i)}.1`).catch(() => undefined);
    }
    expect(asked).toHaveLength(30);
    expect(await kids('old', URI, '10.1.0.1')).toEqual(['old']);
    expect(asked).toHaveLength(30);
  });

  it('are not kept from others who ask at the moment in which a stranger is refused', async () => {
    const { kids } = createBench();
    for (let i = 0; i < 5; i++) await kids('old', `${URI}/${String(i)}`, 'stranger');
    const answers = ['stranger', 'another'].map((network) => kids('old', URI, network));
    const [refused, answered] = await Promise.allSettled(answers);
    expect(refused).toMatchObject({ reason: { code: 'temporarily_unavailable', status: 429 } });
    expect(answered).toEqual({ status: 'fulfilled', value: ['old'] });
  });

  it('are not said to lack a new one while nobody may ask for it', async () => {
    const { kids, clock, at } = createBench(60 * MINUTE);
    await kids('old');
    at.json = { keys: [NEW.publicJwk] };
    clock.advance(MINUTE);
    for (let i = 0; i < 5; i++) await kids('old', `${URI}/${String(i)}`, 'stranger');
    await expect(kids('new', URI, 'stranger')).rejects.toMatchObject({ status: 429 });
    expect(await kids('old', URI, 'stranger')).toEqual(['old']);
    expect(await kids('new', URI, 'another')).toEqual(['new']);
  });

  it('cannot be used to ask one host without end', async () => {
    const { asked, kids } = createBench();
    const all = Array.from({ length: 100 }, (_, i) => kids('old', `${URI}/${String(i)}`));
    const settled = await Promise.allSettled(all);
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(70);
    expect(asked).toHaveLength(30);
    await expect(kids('old', `${URI}/more`)).rejects.toMatchObject({ status: 503 });
    expect(asked).toHaveLength(30);
    expect(await kids('old', 'https://other.example.com/jwks')).toEqual(['old']);
  });

  it.each<FetchFailure | 'nothing'>(['nothing', 'unusable', 'away'])(
    'that are used are not forgotten for thousands of addresses of others, where %s is wrong',
    async (wrong) => {
      const { asked, kids, clock, at } = createBench(0, { limiter: () => WITHOUT_END });
      await kids('old');
      for (let i = 0; i < 2_500; i++) {
        at.failure = wrong === 'nothing' ? undefined : wrong;
        await kids('old', `https://h${String(i)}.example.com/jwks`).catch(() => undefined);
        at.failure = undefined;
        if (i % 500 === 0) expect(await kids('old')).toEqual(['old']);
      }
      expect(asked.filter((uri) => uri === URI)).toHaveLength(1);
      at.failure = 'away';
      clock.advance(23 * 60 * MINUTE);
      expect(await kids('old')).toEqual(['old']);
    },
  );

  it.each<{ name: string; json: unknown }>([
    { name: 'no set', json: null },
    { name: 'a list', json: [OLD.publicJwk] },
    { name: 'a private key', json: { keys: [{ ...OLD.publicJwk, d: 'x' }] } },
    { name: 'a secret', json: { keys: [{ kty: 'oct', k: 'x' }] } },
    { name: 'a weak key', json: { keys: [{ kty: 'RSA', e: 'AQAB', n: 'AQAB' }] } },
    { name: 'what is none', json: { keys: [null, 7, 'x', {}] } },
  ])('count for nothing: $name', async ({ json }) => {
    const { kids, at } = createBench();
    at.json = json;
    expect(await kids('old')).toEqual([]);
  });

  it('stand beside others that nobody here knows', async () => {
    const { kids, at } = createBench();
    at.json = { keys: [{ kty: 'AKP', alg: 'ML-DSA-44', pub: 'x' }, null, OLD.publicJwk] };
    expect(await kids('old')).toEqual(['old']);
  });
});
