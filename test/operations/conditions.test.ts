import { describe, expect, it } from '@jest/globals';
import { keysCondition } from '../../lib/keys/keys-condition.ts';
import {
  baselineCondition,
  clockCondition,
  servingCondition,
} from '../../lib/operations/conditions.ts';
import { issuerCondition } from '../../lib/storage/issuer-condition.ts';

describe('what an instance knows of itself', () => {
  it.each([
    { skewMs: 60_001, want: 'fail far-off' },
    { skewMs: 60_000, want: 'warn skewed' },
    { skewMs: 5_001, want: 'warn skewed' },
    { skewMs: 5_000, want: 'ok in-step' },
    { skewMs: 0, want: 'ok in-step' },
  ])('is a clock that is $want at $skewMs ms', ({ skewMs, want }) => {
    const { status, reason } = clockCondition(skewMs);
    expect(`${status} ${reason}`).toBe(want);
  });

  it.each([
    { condition: keysCondition('not loaded'), want: 'fail not-loaded' },
    { condition: keysCondition('not opened'), want: 'fail not-opened' },
    { condition: keysCondition('out of date'), want: 'fail out-of-date' },
    { condition: keysCondition('ready'), want: 'ok loaded' },
    { condition: issuerCondition('unknown'), want: 'fail unknown' },
    { condition: issuerCondition('of another issuer'), want: 'fail foreign' },
    { condition: issuerCondition('ours'), want: 'ok ours' },
    { condition: servingCondition({ isDraining: true }), want: 'fail draining' },
    { condition: servingCondition({ isDraining: false }), want: 'ok serving' },
  ])('is $condition.name: $want', ({ condition: { status, reason }, want }) => {
    expect(`${status} ${reason}`).toBe(want);
  });

  it('names the policy, so that two instances can be compared', () => {
    const policy = { digest: 'abc', baseline: ['a', 'b'], rules: [], supported: ['a', 'b', 'c'] };
    expect(baselineCondition(policy)).toEqual({
      name: 'baseline',
      status: 'ok',
      reason: 'abc',
      message: 'Scope policy abc; baseline: a b; supported: a b c.',
    });
    expect(baselineCondition({ ...policy, baseline: [] }).message).toContain('baseline: none;');
    const some = { ...policy, rules: [{ name: 'one' }, { name: 'two' }], hook: () => [] };
    expect(baselineCondition(some).message).toContain(
      'baseline: a b (for some: rule "one", rule "two", the baseline function);',
    );
  });
});
