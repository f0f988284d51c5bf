import { describe, expect, it } from '@jest/globals';
import { FetchFailedError, type FetchFailure, type JsonAnswer } from '../../lib/outbound/port.ts';
import { createPublishedKeys } from '../../lib/services/published-keys.ts';
import { createClock } from '../support/clock.ts';
import { newClientKey } from '../support/key-client.ts';

const URI = 'https://app.example.com/jwks';
const [OLD, NEW] = await Promise.all([newClientKey('ES256', 'old'), newClientKey('ES256', 'new')]);
const MINUTE = 60_000;

/** Keys as a client publishes them, and what was asked. */
function createBench(freshForMs = 0) {
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
  const keys = createPublishedKeys({ getJson, now: clock.now });
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

  it('stay while others have asked too much, and one network alone cannot keep the rest from asking', async () => {
    const { asked, kids, clock } = createBench();
    await kids('old');
    clock.advance(6 * MINUTE);
    for (let i = 0; i < 10; i++) {
      await kids('old', `${URI}/${String(i)}`, 'stranger').catch(() => undefined);
    }
    expect(asked).toHaveLength(6);
    expect(await kids('old', URI, 'stranger')).toEqual(['old']);
    expect(asked).toHaveLength(6);
    expect(await kids('old', `${URI}/other`, 'another')).toEqual(['old']);
  });

  it('cannot be used to ask one host without end', async () => {
    const { asked, kids } = createBench();
    const all = Array.from({ length: 100 }, (_, i) => kids('old', `${URI}/${String(i)}`));
    const settled = await Promise.allSettled(all);
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(80);
    await expect(kids('old', `${URI}/more`)).rejects.toMatchObject({ status: 503 });
    expect(asked).toHaveLength(20);
    expect(await kids('old', 'https://other.example.com/jwks')).toEqual(['old']);
  });

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
