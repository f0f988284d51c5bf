import { describe, expect, it } from '@jest/globals';
import { isCodeChallenge, verifyCodeVerifier } from '../../lib/protocol/pkce.ts';

// RFC 7636 Appendix B.
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

/** SHA-256 of 42, 43, 128 and 129 times the letter a, base64url. */
const CHALLENGE_OF = {
  42: 'elOGB_2quSlplZKfRRVlu7gULhhEEXMiqv0rPXawGv8',
  43: 'ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA',
  128: 'aDbPE7rEAOkQUHHNavRwhN-srU5eMCyUv-0k4BOvtz4',
  129: 'wSywJKLlVRzKDgj86PHF4xRVXMP-9jKe6ZSj23UhZq4',
};

describe('PKCE (RFC 7636)', () => {
  it.each([
    { name: 'nothing', challenge: '' },
    { name: '42 characters', challenge: CHALLENGE.slice(1) },
    { name: '44 characters', challenge: `${CHALLENGE}A` },
    { name: 'padding', challenge: `${CHALLENGE}=` },
    { name: 'the base64 alphabet', challenge: CHALLENGE.replace('-', '+') },
    { name: 'a line end', challenge: `${CHALLENGE}\n` },
    { name: 'a period', challenge: CHALLENGE.replace('-', '.') },
  ])('does not take $name for a challenge', ({ challenge }) => {
    expect(isCodeChallenge(challenge)).toBe(false);
    expect(verifyCodeVerifier(VERIFIER, challenge)).toBe(false);
  });

  it.each([
    { name: 'the challenge itself', verifier: CHALLENGE, challenge: CHALLENGE },
    { name: 'an empty verifier', verifier: '', challenge: CHALLENGE },
    { name: 'another verifier', verifier: VERIFIER.replace('d', 'e'), challenge: CHALLENGE },
    { name: 'another case', verifier: VERIFIER.toLowerCase(), challenge: CHALLENGE },
    { name: 'a space after it', verifier: `${VERIFIER} `, challenge: CHALLENGE },
    { name: 'a line end after it', verifier: `${VERIFIER}\n`, challenge: CHALLENGE },
    { name: 'padding after it', verifier: `${VERIFIER}=`, challenge: CHALLENGE },
    // These would verify by their digest alone.
    { name: '42 characters', verifier: 'a'.repeat(42), challenge: CHALLENGE_OF[42] },
    { name: '129 characters', verifier: 'a'.repeat(129), challenge: CHALLENGE_OF[129] },
  ])('refuses $name', ({ verifier, challenge }) => {
    expect(verifyCodeVerifier(verifier, challenge)).toBe(false);
  });

  it('verifies the example of Appendix B', () => {
    expect(isCodeChallenge(CHALLENGE)).toBe(true);
    expect(verifyCodeVerifier(VERIFIER, CHALLENGE)).toBe(true);
  });

  it.each([43, 128] as const)('verifies a verifier of %i characters', (length) => {
    expect(verifyCodeVerifier('a'.repeat(length), CHALLENGE_OF[length])).toBe(true);
  });
});
