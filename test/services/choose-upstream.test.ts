import { describe, expect, it } from '@jest/globals';
import { chooseUpstream, type UpstreamHints } from '../../lib/services/choose-upstream.ts';
import type { UpstreamLogin } from '../../lib/upstream/port.ts';

function login(name: string, domains: readonly string[] = []): [string, UpstreamLogin] {
  return [name, { name, domains } as unknown as UpstreamLogin];
}

const ONE = new Map([login('staff', ['example.com'])]);
const TWO = new Map([login('staff', ['example.com', 'example.org']), login('guests')]);
const DISPUTED = new Map([login('staff', ['example.com']), login('guests', ['example.com'])]);

describe('where a person logs in', () => {
  it.each<{ name: string; upstreams: typeof ONE; hints: UpstreamHints; want?: string }>([
    { name: 'is asked among several', upstreams: TWO, hints: {} },
    { name: 'is asked for a name nobody has', upstreams: TWO, hints: { idp_hint: 'others' } },
    { name: 'is asked for a name in other letters', upstreams: TWO, hints: { idp_hint: 'Staff' } },
    {
      name: 'is asked for a domain that nobody claims',
      upstreams: TWO,
      hints: { login_hint: 'alice@example.net' },
    },
    {
      name: 'is asked for a domain that ends in one',
      upstreams: TWO,
      hints: { login_hint: 'alice@evil-example.com' },
    },
    {
      name: 'is asked for a domain below one',
      upstreams: TWO,
      hints: { login_hint: 'alice@sub.example.com' },
    },
    {
      name: 'is asked for a hint that is no address',
      upstreams: TWO,
      hints: { login_hint: 'example.com' },
    },
    {
      name: 'is asked when two claim the domain',
      upstreams: DISPUTED,
      hints: { login_hint: 'alice@example.com' },
    },
    { name: 'is the only one', upstreams: ONE, hints: {}, want: 'staff' },
    {
      name: 'is the only one, whatever the hints say',
      upstreams: ONE,
      hints: { idp_hint: 'guests', login_hint: 'alice@example.net' },
      want: 'staff',
    },
    { name: 'is the one named', upstreams: TWO, hints: { idp_hint: 'guests' }, want: 'guests' },
    {
      name: 'is the one whose domain it is, in any letters',
      upstreams: TWO,
      hints: { login_hint: 'Alice@Example.ORG' },
      want: 'staff',
    },
    {
      name: 'is the one named rather than that of the domain',
      upstreams: TWO,
      hints: { idp_hint: 'guests', login_hint: 'alice@example.com' },
      want: 'guests',
    },
  ])('$name', ({ upstreams, hints, want }) => {
    expect(chooseUpstream(upstreams, hints)?.name).toBe(want);
  });
});
