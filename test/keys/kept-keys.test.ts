import { beforeEach, describe, expect, it } from '@jest/globals';
import type { KeptKeys } from '../../lib/keys/kept-keys.ts';
import { replaceKeys } from '../../lib/keys/key-operations.ts';
import { StoreUnavailableError } from '../../lib/storage/store.ts';
import { A, B, createKeysBench, DAY, HOUR, kidsOf, SECOND, type KeysBench } from './support.ts';

let bench: KeysBench;

beforeEach(() => {
  bench = createKeysBench();
});

describe('keys while the store is away', () => {
  it.each(['read', 'replace'] as const)(
    'are not invented by an instance that starts when %s fails',
    async (call) => {
      bench.fail(call);
      const { keys } = bench.start();
      for (const asked of [keys.current(), keys.find('any'), keys.jwks()]) {
        await expect(asked).rejects.toThrow(StoreUnavailableError);
      }
      expect(keys.state).toBe('not loaded');
      expect(await bench.store.read()).toBeUndefined();
      bench.recover();
      expect((await keys.jwks()).keys).toHaveLength(1);
      expect(keys.state).toBe('ready');
    },
  );

  it('sign and verify on for an hour, and then only verify', async () => {
    const { keys } = bench.start();
    const { kid } = await keys.current();
    bench.fail('read');
    bench.clock.advance(HOUR - 1);
    expect((await keys.current()).kid).toBe(kid);
    expect(keys.state).toBe('ready');
    bench.clock.advance(1);
    expect(keys.state).toBe('out of date');
    await expect(keys.current()).rejects.toThrow(StoreUnavailableError);
    expect((await keys.find(kid))?.kid).toBe(kid);
    expect((await keys.jwks()).keys).toMatchObject([{ kid }]);
    // Another key may sign by now: that this one is not known says nothing.
    await expect(keys.find('unknown')).rejects.toThrow(StoreUnavailableError);
    bench.recover();
    expect((await keys.current()).kid).toBe(kid);
    expect(keys.state).toBe('ready');
  });

  it('change to the next one on time when that is known', async () => {
    const instance = bench.start();
    const before = await instance.keys.current();
    bench.clock.advance(90 * DAY - HOUR);
    await instance.keys.look();
    const [, next] = await kidsOf(instance);
    bench.fail('read', 'replace');
    bench.clock.advance(HOUR - 1);
    expect((await instance.keys.current()).kid).toBe(before.kid);
    // That looked in the background, and failed.
    await expect(instance.keys.look()).rejects.toThrow(StoreUnavailableError);
    bench.recover();
    await instance.keys.look();
    bench.fail('read', 'replace');
    bench.clock.advance(1);
    expect((await instance.keys.current()).kid).toBe(next);
    expect(await kidsOf(instance)).toEqual([next, before.kid]);
  });

  it('are not changed as long as the change cannot be kept', async () => {
    const instance = bench.start();
    const before = await kidsOf(instance);
    bench.clock.advance(90 * DAY);
    bench.fail('replace');
    await instance.keys.look();
    expect(await kidsOf(instance)).toEqual(before);
    bench.recover();
    await instance.keys.look();
    expect(await kidsOf(instance)).toHaveLength(2);
  });
});

describe('keys that do not open', () => {
  it.each([
    { name: 'another secret', other: { secrets: [B] }, situation: 'unknown secret' },
    {
      name: 'another issuer',
      other: { issuer: 'https://other.example.com' },
      situation: 'damaged',
    },
  ])('of $name: nothing is signed, nothing is written over', async ({ other, situation }) => {
    await bench.start(other).keys.look();
    const there = await bench.store.read();
    const { keys, log } = bench.start();
    for (const asked of [keys.current(), keys.find('any'), keys.jwks(), keys.current()]) {
      await expect(asked).rejects.toThrow(`the signing keys do not open (${situation})`);
    }
    expect(keys.state).toBe('not opened');
    expect(await bench.store.read()).toEqual(there);
    expect(log.entries).toEqual([
      {
        level: 'error',
        message: 'signing keys in the store do not open',
        fields: {
          code: 'ERR_DCR_KEYS_NOT_OPENED',
          situation,
          remedy: expect.stringMatching(/.: .+/),
        },
      },
    ]);
  });

  it('leave what was known before to be verified and published', async () => {
    const { keys, log } = bench.start();
    const { kid } = await keys.current();
    await bench.put('2.from.the.future');
    await expect(keys.look()).rejects.toThrow(StoreUnavailableError);
    await expect(keys.current()).rejects.toThrow('unknown version');
    expect((await keys.find(kid))?.kid).toBe(kid);
    expect((await keys.jwks()).keys).toMatchObject([{ kid }]);
    // It may be one that others have opened and signed with.
    for (const waited of [0, SECOND, 0]) {
      bench.clock.advance(waited);
      await expect(keys.find('unknown')).rejects.toThrow('unknown version');
    }
    await bench.put('damaged');
    await expect(keys.look()).rejects.toThrow(StoreUnavailableError);
    expect(log.at('error').map(({ fields }) => fields['situation'])).toEqual([
      'unknown version',
      'damaged',
    ]);
    // Deleted by the operator: the keys that are in use come back.
    await bench.put(undefined);
    await keys.look();
    expect(keys.state).toBe('ready');
    expect((await keys.current()).kid).toBe(kid);
  });
});

describe('a key that is not known', () => {
  it('is looked for at once, and then at most once a second', async () => {
    const { keys } = bench.start();
    await keys.look();
    bench.clock.advance(SECOND);
    const before = bench.asked.reads;
    await Promise.all(Array.from({ length: 50 }, () => keys.find('made up')));
    expect(bench.asked.reads - before).toBe(1);
    for (let i = 0; i < 10; i += 1) expect(await keys.find('made up')).toBeUndefined();
    expect(bench.asked.reads - before).toBe(1);
    bench.clock.advance(SECOND);
    expect(await keys.find('made up')).toBeUndefined();
    expect(bench.asked.reads - before).toBe(2);
  });

  it('is found when another instance has just made it', async () => {
    const [one, other] = [bench.start(), bench.start()];
    const { kid: old } = await one.keys.current();
    await other.keys.look();
    bench.clock.advance(SECOND);
    await replaceKeys(one.keeper);
    await one.keys.look();
    const { kid } = await one.keys.current();
    expect(kid).not.toBe(old);
    expect((await other.keys.find(kid))?.kid).toBe(kid);
    expect(await other.keys.find(old)).toBeUndefined();
  });

  it('is none when the store is away: all that can sign are known', async () => {
    const { keys } = bench.start();
    await keys.look();
    bench.fail('read');
    bench.clock.advance(HOUR - 1);
    expect(await keys.find('made up')).toBeUndefined();
  });
});

describe('what is known', () => {
  it.each<{ name: string; ask: (keys: KeptKeys, kid: string) => Promise<unknown> }>([
    { name: 'who signs', ask: (keys) => keys.current() },
    { name: 'who verifies', ask: (keys, kid) => keys.find(kid) },
    { name: 'who publishes', ask: (keys) => keys.jwks() },
  ])('is looked at again on a period, and $name does not wait for it', async ({ ask }) => {
    const { keys } = bench.start();
    const { kid } = await keys.current();
    const before = bench.asked.reads;
    bench.clock.advance(30 * SECOND - 1);
    await ask(keys, kid);
    expect(bench.asked.reads).toBe(before);
    bench.clock.advance(1);
    bench.fail('read');
    await ask(keys, kid);
    await ask(keys, kid);
    expect(bench.asked.reads).toBe(before + 1);
  });

  it('is fetched once for all who wait for it at the start', async () => {
    const { keys } = bench.start();
    await Promise.all([keys.current(), keys.find('any'), keys.jwks(), keys.look()]);
    expect(bench.asked).toEqual({ reads: 1, writes: 1 });
  });

  it('is logged by its name and never by what it is', async () => {
    const { keys, log } = bench.start({ secrets: [A] });
    const { kid, privateKey } = await keys.current();
    expect(log.entries).toEqual([
      {
        level: 'info',
        message: 'signing key made',
        fields: { kid, signs_from: new Date(bench.clock.now()).toISOString() },
      },
    ]);
    const { d = '' } = privateKey.export({ format: 'jwk' });
    expect(log.text()).not.toContain(d);
    expect(JSON.stringify(await bench.store.read())).not.toContain(d);
  });
});
