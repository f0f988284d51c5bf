import { describe, expect, it } from '@jest/globals';
import {
  formatScope,
  intersectScopes,
  isScopeToken,
  parseScope,
  scopesBeyond,
  uniqueScopes,
} from '../../lib/protocol/scope.ts';

describe('a scope token (RFC 6749 §3.3)', () => {
  it.each([
    { name: 'nothing', value: '' },
    { name: 'a space', value: 'a b' },
    { name: 'a double quote', value: 'a"b' },
    { name: 'a backslash', value: 'a\\b' },
    { name: 'a tab', value: 'a\tb' },
    { name: 'a line end', value: 'openid\n' },
    { name: 'the character after the last printable one', value: 'a\x7f' },
    { name: 'a letter beyond ASCII', value: 'caf\u00e9' },
    { name: 'a number', value: 7 },
    { name: 'a list', value: ['openid'] },
    { name: 'no value', value: undefined },
    { name: 'null', value: null },
  ])('is not $name', ({ value }) => {
    expect(isScopeToken(value)).toBe(false);
  });

  it.each([
    'openid',
    '!',
    '#',
    '[',
    ']',
    '~',
    'mcp:tools',
    'https://a.example/read',
    "it's",
    'a,b',
  ])('can be %s', (value) => {
    expect(isScopeToken(value)).toBe(true);
  });
});

describe('a scope string', () => {
  it.each([
    { name: 'a quoted token', value: 'openid "profile"' },
    { name: 'a backslash in the second token', value: 'openid a\\b' },
    { name: 'tabs as separators', value: 'openid\tprofile' },
    { name: 'line ends as separators', value: 'openid\nprofile' },
    { name: 'a no-break space', value: 'openid\u00a0profile' },
  ])('is refused as a whole with $name', ({ value }) => {
    expect(parseScope(value)).toBeUndefined();
  });

  it.each([
    { name: 'gives no scopes when empty', value: '', want: [] },
    { name: 'gives no scopes for blanks', value: '   ', want: [] },
    { name: 'gives one scope', value: 'openid', want: ['openid'] },
    { name: 'keeps the order', value: 'b a c', want: ['b', 'a', 'c'] },
    {
      name: 'takes runs of spaces for one, also at both ends',
      value: '  a   b ',
      want: ['a', 'b'],
    },
    { name: 'keeps the first of two equal scopes', value: 'b a b a', want: ['b', 'a'] },
    { name: 'keeps what differs in case', value: 'a A', want: ['a', 'A'] },
    { name: 'does not separate at commas', value: 'a,b', want: ['a,b'] },
    {
      name: 'keeps names of object members apart from members',
      value: '__proto__ constructor',
      want: ['__proto__', 'constructor'],
    },
  ])('$name', ({ value, want }) => {
    expect(parseScope(value)).toEqual(want);
  });

  it('is written with single spaces', () => {
    expect(formatScope(['openid', 'profile'])).toBe('openid profile');
    expect(formatScope([])).toBe('');
  });
});

describe('scope sets', () => {
  it('collapse duplicates at the place of the first', () => {
    expect(uniqueScopes(['b', 'a', 'b', 'c', 'a'])).toEqual(['b', 'a', 'c']);
  });

  it.each([
    { name: 'nothing of nothing', scopes: [], allowed: ['a'], both: [], beyond: [] },
    { name: 'all', scopes: ['b', 'a'], allowed: ['a', 'b', 'c'], both: ['b', 'a'], beyond: [] },
    { name: 'some', scopes: ['c', 'b', 'a'], allowed: ['a', 'c'], both: ['c', 'a'], beyond: ['b'] },
    { name: 'none', scopes: ['b', 'a'], allowed: [], both: [], beyond: ['b', 'a'] },
    { name: 'none in another case', scopes: ['A'], allowed: ['a'], both: [], beyond: ['A'] },
  ])('keep their own order when $name is allowed', ({ scopes, allowed, both, beyond }) => {
    expect(intersectScopes(scopes, allowed)).toEqual(both);
    expect(scopesBeyond(scopes, allowed)).toEqual(beyond);
  });
});
