import { describe, expect, it } from '@jest/globals';
import { isSameText, sha256 } from '../../lib/tokens/digest.ts';

describe('comparing what must not be guessed', () => {
  it.each([
    ['', 'a'],
    ['a', ''],
    ['abc', 'abd'],
    ['abc', 'ABC'],
    ['abc', 'abcd'],
    ['abc', 'abc '],
    ['\u00e9', 'e\u0301'],
    ['\u00e9', '\u00c3'],
  ])('%j is not %j', (expected, given) => {
    expect(isSameText(expected, given)).toBe(false);
  });

  it.each(['', 'abc', '\u00e9'])('%j is itself', (text) => {
    expect(isSameText(text, text)).toBe(true);
  });
});

describe('a digest', () => {
  it('is the SHA-256 of the text, base64url', () => {
    // FIPS 180-2, Appendix B.1.
    expect(sha256('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });
});
