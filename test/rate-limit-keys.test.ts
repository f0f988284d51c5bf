import { describe, expect, it } from '@jest/globals';
import { rateLimitKeys } from '../lib/rate-limit-keys.ts';
import { createKeyring } from '../lib/tokens/keyring.ts';

const keyring = createKeyring(['a secret of at least thirty-two characters']);

describe('what stands for callers in the names of keys', () => {
  it('is the MAC of who it is, the first time and whenever it is asked for again', () => {
    const keyOf = rateLimitKeys(keyring);
    const whose = ['register', 20_000, '192.0.2.1'];
    const mac = keyring.mac('rate_limit', whose);
    expect(keyOf(whose)).toBe(mac);
    expect(keyOf([...whose])).toBe(mac);
  });

  it('tells apart who is written alike', () => {
    const keyOf = rateLimitKeys(keyring);
    const all = [['a', 'b'], ['a,b'], ['ab'], ['a', 1], ['a', '1'], ['a1'], [], ['']];
    expect(new Set(all.map((parts) => keyOf(parts))).size).toBe(all.length);
  });

  it('is remembered for those who are what they say, and never for what a stranger wrote at length', () => {
    const made: unknown[] = [];
    const keyOf = rateLimitKeys({
      mac(purpose, parts) {
        made.push(parts);
        return keyring.mac(purpose, parts);
      },
    });
    const short = ['token', 20_000, '192.0.2.1', '0b9c1a52-5b1e-4b8a-9c1f-5f1c2a3b4c5d'];
    // Each of these characters takes six in JSON.
    const long = ['token', 20_000, '192.0.2.1', '\u0001'.repeat(60_000)];
    for (let time = 0; time < 3; time += 1) {
      keyOf(short);
      keyOf(long);
    }
    expect(made).toEqual([short, long, long, long]);
  });

  it('is the same after more callers than are remembered', () => {
    const keyOf = rateLimitKeys(keyring);
    const first = keyOf(['token', 1, 'the first']);
    for (let caller = 0; caller < 5_000; caller += 1) keyOf(['token', 1, caller]);
    expect(keyOf(['token', 1, 'the first'])).toBe(first);
  });
});
