import { describe, expect, it } from '@jest/globals';
import { createScopePolicy } from '../../lib/policy/scope-policy.ts';
import { clientView } from '../../lib/services/client-view.ts';
import { clientOfRecord } from '../../lib/services/resolve-client.ts';
import { DAY, HOUR, newClient } from '../contract/records.ts';

const NOW = Date.UTC(2026, 10, 26, 12);
const ISSUED = Date.UTC(2026, 9, 1);
const IDLE = 180 * DAY;
const scopePolicy = createScopePolicy({ scopesSupported: ['read', 'profile'] });

function viewOf(more: { used: boolean; expires_at: number }) {
  const record = { v: 1, ...newClient({ client_id_issued_at: ISSUED / 1000 }), ...more } as const;
  const deps = { scopePolicy, storeNow: () => NOW, clientIdleTtlMs: IDLE };
  return clientView(deps, clientOfRecord(deps, record));
}

describe('the day on which a client was last used', () => {
  it.each([
    { name: 'today', used: true, at: NOW, want: '2026-11-26' },
    {
      name: 'a moment ago by a clock that is ahead',
      used: true,
      at: NOW + HOUR,
      want: '2026-11-26',
    },
    { name: 'the day before', used: true, at: NOW - DAY, want: '2026-11-25' },
    { name: 'the day it registered', used: true, at: ISSUED + HOUR, want: '2026-10-01' },
    { name: 'never', used: false, at: NOW, want: undefined },
    { name: 'tomorrow: its lifetime was longer', used: true, at: NOW + DAY, want: undefined },
    {
      name: 'before it was: its lifetime was shorter',
      used: true,
      at: ISSUED - DAY,
      want: undefined,
    },
  ])('$name: $want', ({ used, at, want }) => {
    expect(viewOf({ used, expires_at: at + IDLE }).lastUsedOn).toBe(want);
  });
});

it('is a copy: nothing of the client can be changed by it', () => {
  const { metadata } = viewOf({ used: true, expires_at: NOW + IDLE });
  expect(() => (metadata.redirect_uris as string[]).push('x')).toThrow(/extensible/);
});
