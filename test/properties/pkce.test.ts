import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isCodeChallenge, verifyCodeVerifier } from '../../lib/protocol/pkce.ts';
import { anyText, UNRESERVED } from './characters.ts';
import { runs } from './runs.ts';

const unit = fc.constantFrom(...UNRESERVED);
const verifier = fc.string({ unit, minLength: 43, maxLength: 128 });

const challengeOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

describe('any code verifier (RFC 7636 §4)', () => {
  it('belongs to its own challenge', () => {
    fc.assert(
      fc.property(verifier, (text) => {
        expect(isCodeChallenge(challengeOf(text))).toBe(true);
        expect(verifyCodeVerifier(text, challengeOf(text))).toBe(true);
      }),
      runs(150),
    );
  });

  it('does not belong to a challenge or from a verifier that differs in one character', () => {
    fc.assert(
      fc.property(verifier, unit, fc.nat(127), (text, character, place) => {
        const changedAt = (value: string): string => {
          const index = place % value.length;
          return value.slice(0, index) + character + value.slice(index + 1);
        };
        const challenge = challengeOf(text);
        const [other, elsewhere] = [changedAt(text), changedAt(challenge)];
        expect(verifyCodeVerifier(other, challenge)).toBe(other === text);
        expect(verifyCodeVerifier(text, elsewhere)).toBe(elsewhere === challenge);
      }),
      runs(300),
    );
  });

  it('is refused with the right challenge when its length or one of its characters is wrong', () => {
    const short = fc.string({ unit, maxLength: 42 });
    const long = fc.string({ unit, minLength: 129, maxLength: 200 });
    const strange = fc
      .tuple(verifier, fc.constantFrom('+', '/', '=', ' ', '\n', '\0', '\u00e9', '%41'))
      .map(([text, character]) => `${text.slice(0, 60)}${character}${text.slice(60, 100)}`);
    fc.assert(
      fc.property(fc.oneof(short, long, strange), (text) => {
        expect(verifyCodeVerifier(text, challengeOf(text))).toBe(false);
      }),
      runs(150),
    );
  });

  it('is refused with anything that is no challenge, itself included', () => {
    fc.assert(
      fc.property(verifier, anyText(60), (text, other) => {
        expect(verifyCodeVerifier(text, text)).toBe(false);
        expect(verifyCodeVerifier(text, `${challengeOf(text)}=`)).toBe(false);
        expect(verifyCodeVerifier(text, other)).toBe(false);
      }),
      runs(150),
    );
  });
});
