import { generateKeyPairSync } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createIssuerKeys } from '../../lib/resource/issuer-keys.ts';
import { AnotherIssuerError } from '../../lib/resource/ask-issuer.ts';
import type { FindKey, VerifyingKey } from '../../lib/tokens/access-token-verifier.ts';
import type { PublishedKeySet } from '../../lib/tokens/published-key-set.ts';
import { createClock, type Clock } from '../support/clock.ts';
import { createLogRecorder } from '../support/log-recorder.ts';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const KEY: VerifyingKey = { alg: 'ES256', publicKey };
const SECOND = 1000;
const HOUR = 3600 * SECOND;

interface Known {
  readonly find: FindKey;
  readonly clock: Clock;
  readonly log: ReturnType<typeof createLogRecorder>;
  /** How often the server was asked. */
  asked(): number;
  publish(...kids: readonly string[]): void;
  fail(error?: Error): void;
}

function createKnown(...kids: readonly string[]): Known {
  const clock = createClock();
  const log = createLogRecorder();
  let asked = 0;
  let answer: () => PublishedKeySet = () => new Map();
  const publish = (...names: readonly string[]): void => {
    answer = () => new Map(names.map((kid) => [kid, KEY]));
  };
  publish(...kids);
  const ask = async (): Promise<PublishedKeySet> => {
    asked += 1;
    await setImmediate();
    return answer();
  };
  const deps = { ask, issuer: 'https://auth.example.com', logger: log.logger, now: clock.now };
  return {
    find: createIssuerKeys(deps),
    clock,
    log,
    asked: () => asked,
    publish,
    fail(error = new Error('no answer came')) {
      answer = () => {
        throw error;
      };
    },
  };
}

const AWAY = { code: 'temporarily_unavailable', status: 503, isPlanned: true };

describe('the keys of an issuer', () => {
  it('are asked for once by all who wait, and not again for a while', async () => {
    const { find, asked, clock } = createKnown('a');
    const found = await Promise.all(Array.from({ length: 50 }, () => find('a')));
    expect(found).toEqual(Array.from({ length: 50 }, () => KEY));
    clock.advance(599 * SECOND);
    await find('a');
    expect(asked()).toBe(1);
    clock.advance(SECOND);
    await find('a');
    expect(asked()).toBe(2);
  });

  it('are asked for again when a name is not there, but not each time', async () => {
    const { find, asked, clock, publish } = createKnown('a');
    for (const kid of ['a', 'b', 'c', 'd']) await find(kid);
    expect(asked()).toBe(1);
    publish('a', 'b');
    clock.advance(30 * SECOND);
    expect(await find('b')).toBe(KEY);
    for (let i = 0; i < 20; i += 1) expect(await find(`x${String(i)}`)).toBeUndefined();
    expect(asked()).toBe(2);
  });

  it.each(['__proto__', 'constructor', 'toString', ''])('have none called %j', async (kid) => {
    expect(await createKnown('a').find(kid)).toBeUndefined();
  });

  it('that were never known are told from a key that is not there', async () => {
    const { find, fail, asked, clock, publish, log } = createKnown();
    fail();
    await expect(find('a')).rejects.toMatchObject(AWAY);
    await expect(find('a')).rejects.toMatchObject(AWAY);
    // A server that is down is not made busier.
    expect(asked()).toBe(1);
    clock.advance(5 * SECOND);
    await expect(find('b')).rejects.toMatchObject(AWAY);
    expect(asked()).toBe(2);
    publish('a');
    clock.advance(5 * SECOND);
    expect(await find('a')).toBe(KEY);
    expect(log.entries.map(({ level }) => level)).toEqual(['error', 'info']);
    expect(await find('b')).toBeUndefined();
  });

  it('are good for a day while nobody answers, and nobody waits each time', async () => {
    const { find, fail, asked, clock } = createKnown('a');
    await find('a');
    fail();
    clock.advance(HOUR);
    for (let i = 0; i < 5; i += 1) expect(await find('a')).toBe(KEY);
    expect(asked()).toBe(2);
    await expect(find('b')).rejects.toMatchObject(AWAY);
    clock.advance(23 * HOUR);
    expect(await find('a')).toBe(KEY);
    clock.advance(HOUR);
    await expect(find('a')).rejects.toMatchObject(AWAY);
  });

  it('are forgotten when the server turns out to be another', async () => {
    const { find, fail, clock } = createKnown('a');
    await find('a');
    fail(new AnotherIssuerError('another'));
    clock.advance(HOUR);
    await expect(find('a')).rejects.toMatchObject(AWAY);
  });
});
