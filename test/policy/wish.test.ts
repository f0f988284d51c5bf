import { describe, expect, it } from '@jest/globals';
import { wishOf } from '../../lib/policy/wish.ts';
import type { RegisteredScope, Scope } from '../../lib/protocol/scope.ts';

const own = (scope: Scope): RegisteredScope => ({ scope, origin: 'requested' });
const byDefault = (scope: Scope): RegisteredScope => ({ scope, origin: 'default' });
const gift = (scope: Scope): RegisteredScope => ({ scope, origin: { baseline: 'global' } });

interface Row {
  readonly name: string;
  readonly sent: string;
  readonly requested?: string;
  readonly noted: readonly RegisteredScope[];
  readonly now: readonly RegisteredScope[];
  readonly want: string | undefined;
}

const WROTE = [own('openid'), gift('write')];

const ROWS: readonly Row[] = [
  {
    name: 'is that of before for what the policy of now tells',
    sent: 'read openid',
    requested: 'openid',
    noted: WROTE,
    now: [own('openid'), gift('read')],
    want: 'openid',
  },
  {
    name: 'is that of before for what the note has and the policy has not',
    sent: 'write openid',
    requested: 'openid',
    noted: WROTE,
    now: [own('openid')],
    want: 'openid',
  },
  {
    name: 'is still none for a client that sends its defaults back',
    sent: 'openid email write',
    noted: [byDefault('openid'), byDefault('email'), gift('write')],
    now: [byDefault('openid')],
    want: undefined,
  },
  {
    name: 'has what is new, and no gift that comes with it',
    sent: 'openid write email',
    requested: 'openid',
    noted: WROTE,
    now: WROTE,
    want: 'openid email',
  },
  {
    name: 'has no gift of another policy that comes with a change',
    sent: 'email write',
    requested: 'openid',
    noted: WROTE,
    now: [own('openid')],
    want: 'email',
  },
  {
    name: 'is a gift where nothing else is sent, for then it is chosen',
    sent: 'write',
    requested: 'openid',
    noted: WROTE,
    now: WROTE,
    want: 'write',
  },
  {
    name: 'keeps what was asked for, also where a baseline brought it',
    sent: 'openid write email',
    requested: 'openid write',
    noted: WROTE,
    now: WROTE,
    want: 'openid write email',
  },
  {
    name: 'is nothing for nothing, of a client that was told something',
    sent: '',
    requested: 'openid',
    noted: WROTE,
    now: WROTE,
    want: '',
  },
];

describe('the wish of a client that updates its registration', () => {
  it.each(ROWS)('$name', ({ sent, requested, noted, now, want }) => {
    const before = requested?.split(' ');
    const wish = wishOf(sent.split(' ').filter(Boolean), { requested: before, told: [now, noted] });
    expect(wish?.join(' ')).toBe(want);
  });
});
