/** Scope strings. */
import assert from 'node:assert/strict';
import { formatScope, malformedScopes, parseScope } from '../../../lib/protocol/scope.ts';
import type { Target } from '../engine/target.ts';

/** RFC 6749 §3.3, told by code points. */
function isToken(text: string): boolean {
  return Array.from(text).every((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code === 0x21 || (code >= 0x23 && code <= 0x5b) || (code >= 0x5d && code <= 0x7e);
  });
}

export const scope: Target = {
  name: 'scope',
  seeds: [
    'openid offline_access mcp:read',
    '  a   a b ',
    'a\tb',
    'a"b c\\d',
    'a\u00a0b',
    'https://a.example/scope.read !#~',
  ],
  run(input) {
    const scopes = parseScope(input);
    const words = input.split(' ').filter((word) => word !== '');
    assert.equal(scopes !== undefined, words.every(isToken));
    assert.equal(scopes === undefined, malformedScopes(input).length > 0);
    if (!scopes) return;
    assert.deepEqual(scopes, [...new Set(words)]);
    assert.deepEqual(parseScope(formatScope(scopes)), scopes);
  },
};
