import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  formatScope,
  intersectScopes,
  isScopeToken,
  parseScope,
  scopesBeyond,
} from '../../lib/protocol/scope.ts';
import { anyText } from './characters.ts';
import { runs } from './runs.ts';
import { scopeList, scopeToken } from './scopes.ts';

/** As sent: any spaces between, before and behind, and scopes more than once. */
const sentScopes = fc.array(
  fc.tuple(fc.oneof(fc.constantFrom('a', 'A', 'b'), scopeToken), fc.integer({ min: 1, max: 3 })),
  { maxLength: 12 },
);

/** One after the other, each unless it has been there. */
function atFirstPlaces(scopes: readonly string[]): string[] {
  const places: string[] = [];
  for (const scope of scopes) if (!places.includes(scope)) places.push(scope);
  return places;
}

describe('any scope string', () => {
  it('is refused as a whole, or read as tokens that were between its spaces', () => {
    const text = fc.oneof(anyText(), fc.string({ unit: 'grapheme-ascii' }));
    fc.assert(
      fc.property(text, (value) => {
        const tokens = new Set(value.split(' ').filter(Boolean));
        const isFine = [...tokens].every((token) =>
          Array.from(token).every((c) => c > ' ' && c < '\x7f' && c !== '"' && c !== '\\'),
        );
        expect(parseScope(value)).toEqual(isFine ? [...tokens] : undefined);
      }),
      runs(500),
    );
  });

  it('is refused when one of its tokens has a character that none may have', () => {
    const bad = fc
      .integer({ min: 0, max: 0xffff })
      .filter((code) => code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c)
      .map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(scopeList, scopeToken, bad, scopeToken, (list, before, character, after) => {
        const token = `${before}${character}${after}`;
        expect(isScopeToken(token)).toBe(false);
        expect(parseScope([...list, token].join(' '))).toBeUndefined();
      }),
      runs(200),
    );
  });
});

describe('every list of scopes', () => {
  it('comes back from the string that is written of it', () => {
    fc.assert(
      fc.property(scopeList, (scopes) => {
        expect(parseScope(formatScope(scopes))).toEqual(scopes);
      }),
      runs(200),
    );
  });

  it('is read the same whatever spaces are between, each scope at its first place', () => {
    fc.assert(
      fc.property(sentScopes, fc.nat(3), (sent, before) => {
        const text = sent.map(([scope, spaces]) => scope + ' '.repeat(spaces)).join('');
        const read = parseScope(' '.repeat(before) + text);
        expect(read).toEqual(atFirstPlaces(sent.map(([scope]) => scope)));
        expect(parseScope(formatScope(read ?? []))).toEqual(read);
      }),
      runs(200),
    );
  });

  it('falls into what is allowed and what is beyond, in its own order and with nothing left over', () => {
    fc.assert(
      fc.property(scopeList, scopeList, (scopes, allowed) => {
        const both = intersectScopes(scopes, allowed);
        const beyond = scopesBeyond(scopes, allowed);
        expect(both.every((scope) => allowed.includes(scope))).toBe(true);
        expect(beyond.some((scope) => allowed.includes(scope))).toBe(false);
        expect(both.length + beyond.length).toBe(scopes.length);
        expect(scopes.filter((scope) => both.includes(scope))).toEqual(both);
        expect(scopes.filter((scope) => beyond.includes(scope))).toEqual(beyond);
        expect(intersectScopes(both, allowed)).toEqual(both);
      }),
      runs(300),
    );
  });
});
