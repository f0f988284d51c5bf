import { describe, expect, it } from '@jest/globals';
import { HOOK_RULE } from '../../lib/policy/baseline.ts';
import { noteChange, standingScopes, withNotedHook } from '../../lib/policy/reconcile.ts';
import { createScopePolicy } from '../../lib/policy/scope-policy.ts';
import type { RegisteredScope, ScopeOrigin } from '../../lib/protocol/scope.ts';

/** `a` was asked for, `a=default` was not, `a=x` came by the rule x. */
function noted(...scopes: readonly string[]): RegisteredScope[] {
  return scopes.map((text) => {
    const [scope = '', reason = 'requested'] = text.split('=');
    const isOwn = reason === 'requested' || reason === 'default';
    return { scope, origin: isOwn ? reason : ({ baseline: reason } satisfies ScopeOrigin) };
  });
}

describe('what changes of a note', () => {
  it.each<{ name: string; note: string[]; now: string[]; added?: string[]; removed?: string[] }>([
    { name: 'a scope that was added', note: ['a'], now: ['a', 'b=global'], added: ['b=global'] },
    {
      name: 'a scope that was taken away',
      note: ['a', 'b=global'],
      now: ['a'],
      removed: ['b=global'],
    },
    {
      name: 'one for another',
      note: ['a=global'],
      now: ['b=default'],
      added: ['b=default'],
      removed: ['a=global'],
    },
    { name: 'everything', note: ['a', 'b'], now: [], removed: ['a', 'b'] },
    { name: 'the reason, and no scope', note: ['a=global'], now: ['a=editors'] },
    { name: 'the reason, for one of its own', note: ['a=global'], now: ['a'] },
    { name: 'the order, and no scope', note: ['a', 'b'], now: ['b', 'a'] },
  ])('is $name', ({ note, now, added = [], removed = [] }) => {
    expect(noteChange(noted(...note), noted(...now))).toEqual({
      added: noted(...added),
      removed: noted(...removed),
    });
  });

  it('is the reason, when it was a rule that is called like another reason', () => {
    const rule = [{ scope: 'a', origin: { baseline: 'requested' } }] as const;
    expect(noteChange(rule, noted('a'))).toEqual({ added: [], removed: [] });
  });

  it.each([[], ['a', 'b=default', 'c=global', 'd=editors']])(
    'is nothing when the same would be answered: %j',
    (...note) => {
      expect(noteChange(noted(...note), noted(...note))).toBeUndefined();
    },
  );
});

describe('what stands of a note that is the rule', () => {
  const policy = createScopePolicy({
    scopesSupported: ['a', 'b', 'c', 'admin'],
    baselineClientScopes: ['c'],
    restrictedScopes: ['admin'],
    reconcile: 'off',
  });

  it.each<{ name: string; note: string[]; licence?: string[]; want: string[] }>([
    {
      name: 'what the baseline does not hold any more',
      note: ['a', 'b=global', 'c=gone'],
      want: ['a', 'b=global', 'c=gone'],
    },
    { name: 'not what it holds since', note: ['a'], want: ['a'] },
    { name: 'not what is not supported any more', note: ['a', 'x', 'y=global'], want: ['a'] },
    { name: 'not what is restricted by now', note: ['admin', 'admin=global', 'b'], want: ['b'] },
    {
      name: 'what a licence allows, restricted or not',
      note: ['admin', 'a'],
      licence: ['admin', 'a'],
      want: ['admin', 'a'],
    },
    {
      name: 'not what the baseline brought and is restricted by now, by way of a licence',
      note: ['admin=global', 'a'],
      licence: ['admin', 'a'],
      want: ['a'],
    },
    {
      name: 'what the baseline brought to a licence that does not name it',
      note: ['a', 'c=global'],
      licence: ['a'],
      want: ['a', 'c=global'],
    },
    { name: 'nothing of nothing', note: [], want: [] },
  ])('is $name', ({ note, licence, want }) => {
    expect(standingScopes(policy, noted(...note), licence)).toEqual(noted(...want));
  });
});

describe('what the baseline function added, to somebody who cannot ask it', () => {
  it.each<{ name: string; now: string[]; note: string[]; want: string[] }>([
    {
      name: 'stays, behind the rest',
      now: ['a', 'c=global'],
      note: ['a', `b=${HOOK_RULE}`],
      want: ['a', 'c=global', `b=${HOOK_RULE}`],
    },
    { name: 'is not more than it was', now: ['a'], note: ['a', 'b=global'], want: ['a'] },
    {
      name: 'is let go of where a rule adds it by now',
      now: ['a', 'b=editors'],
      note: ['a', `b=${HOOK_RULE}`],
      want: ['a', 'b=editors'],
    },
    {
      name: 'is let go of when nobody can register it any more',
      now: ['a'],
      note: ['a', `admin=${HOOK_RULE}`, `x=${HOOK_RULE}`],
      want: ['a'],
    },
  ])('$name', ({ now, note, want }) => {
    const policy = { registrable: ['a', 'b', 'c'] };
    expect(withNotedHook(policy, noted(...now), noted(...note))).toEqual(noted(...want));
  });
});
