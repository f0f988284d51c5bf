import { describe, expect, it } from '@jest/globals';
import { addedByBaseline, underRule, unionWithBaseline } from '../../lib/policy/baseline.ts';

const BASELINE = { baseline: 'global' };

describe('joining what a client brings with the baseline', () => {
  it.each([
    { name: 'A26: nothing and nothing is nothing', own: [], baseline: [], want: [] },
    {
      name: 'A27: without a baseline nothing changes',
      own: ['openid', 'profile'],
      baseline: [],
      want: [
        { scope: 'openid', origin: 'requested' },
        { scope: 'profile', origin: 'requested' },
      ],
    },
    {
      name: 'A27: a client without scopes has the baseline',
      own: [],
      baseline: ['offline_access', 'openid'],
      want: [
        { scope: 'offline_access', origin: BASELINE },
        { scope: 'openid', origin: BASELINE },
      ],
    },
    {
      name: 'A28: a scope in both keeps the origin and the place that the client gave it',
      own: ['profile', 'openid'],
      baseline: ['openid', 'profile', 'email'],
      want: [
        { scope: 'profile', origin: 'requested' },
        { scope: 'openid', origin: 'requested' },
        { scope: 'email', origin: BASELINE },
      ],
    },
    {
      name: 'A28: disjoint sets stand in a row, the own one first',
      own: ['openid'],
      baseline: ['offline_access', 'email'],
      want: [
        { scope: 'openid', origin: 'requested' },
        { scope: 'offline_access', origin: BASELINE },
        { scope: 'email', origin: BASELINE },
      ],
    },
    {
      name: 'A28: equal sets make no duplicates',
      own: ['openid', 'profile'],
      baseline: ['profile', 'openid'],
      want: [
        { scope: 'openid', origin: 'requested' },
        { scope: 'profile', origin: 'requested' },
      ],
    },
    {
      name: 'A28: duplicates within the own ones collapse',
      own: ['openid', 'openid', 'profile', 'openid'],
      baseline: ['openid'],
      want: [
        { scope: 'openid', origin: 'requested' },
        { scope: 'profile', origin: 'requested' },
      ],
    },
    {
      name: 'scopes that are called as members of objects are scopes like others',
      own: ['__proto__'],
      baseline: ['constructor', '__proto__'],
      want: [
        { scope: '__proto__', origin: 'requested' },
        { scope: 'constructor', origin: BASELINE },
      ],
    },
  ])('$name', ({ own, baseline, want }) => {
    expect(unionWithBaseline(own, 'requested', underRule('global', baseline))).toEqual(want);
  });

  it('remembers when the own scopes are the defaults', () => {
    expect(
      unionWithBaseline(['openid'], 'default', underRule('global', ['offline_access'])),
    ).toEqual([
      { scope: 'openid', origin: 'default' },
      { scope: 'offline_access', origin: BASELINE },
    ]);
  });

  it('changes neither list', () => {
    const own = Object.freeze(['openid']);
    const baseline = Object.freeze(['offline_access']);
    expect(unionWithBaseline(own, 'requested', underRule('global', baseline))).toHaveLength(2);
  });
});

describe('what the baseline added', () => {
  it.each([
    { name: 'is nothing of nothing', own: [], baseline: [], want: [] },
    { name: 'is nothing when all was asked for', own: ['a', 'b'], baseline: ['b'], want: [] },
    { name: 'is what was not asked for', own: ['a'], baseline: ['b', 'a', 'c'], want: ['b', 'c'] },
  ])('$name', ({ own, baseline, want }) => {
    expect(
      addedByBaseline(unionWithBaseline(own, 'requested', underRule('global', baseline))),
    ).toEqual(underRule('global', want));
    expect(
      addedByBaseline(unionWithBaseline(own, 'default', underRule('global', baseline))),
    ).toEqual(underRule('global', want));
  });
});
