import { describe, expect, it } from '@jest/globals';
import { matchesWildcard } from '../../lib/policy/wildcard.ts';

describe('a text and a pattern', () => {
  it.each([
    ['Claude Code', 'Claude Code', true],
    ['Claude Code', 'claude code', false],
    ['Claude Code', 'Claude', false],
    ['Claude', 'Claude Code', false],
    ['Claude Code', 'Claude*', true],
    ['Claude', 'Claude*', true],
    ['My Claude', 'Claude*', false],
    ['My Claude', '*Claude', true],
    ['My Claude!', '*Claude', false],
    ['anything', '*', true],
    ['', '*', true],
    ['', '', true],
    ['a', '', false],
    ['abc', 'a*c', true],
    ['ac', 'a*c', true],
    ['acb', 'a*c', false],
    ['aba', 'ab*ba', false],
    ['abba', 'ab*ba', true],
    ['one two three', 'one*two*three', true],
    ['one three two', 'one*two*three', false],
    ['xaby', '*ab*', true],
    ['xay', '*ab*', false],
    ['ab', '*ab*', true],
    ['aab', 'a**b', true],
    ['a.b', 'a?b', false],
    ['a+b', 'a.b', false],
    ['(a|b)', '(a|b)', true],
    ['a*b', 'a*b', true],
    ['one two', 'one*tw*two', false],
  ])('%j is %j: %s', (text, pattern, want) => {
    expect(matchesWildcard(text, pattern)).toBe(want);
  });

  it('are told apart at once, also where a regular expression would try for ever', () => {
    const pattern = `${'*a'.repeat(100)}*b`;
    expect(matchesWildcard('a'.repeat(100_000), pattern)).toBe(false);
    expect(matchesWildcard(`${'a'.repeat(100_000)}b`, pattern)).toBe(true);
  });
});
