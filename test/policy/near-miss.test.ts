import { describe, expect, it } from '@jest/globals';
import { nearMiss } from '../../lib/policy/near-miss.ts';

const NAMES = ['openid', 'offline_access', 'mcp:read', 'mcp:write', 'a', 'constructor'];

describe('what somebody may have meant', () => {
  it.each([
    ['offline-access', 'offline_access'],
    ['ofline_acess', 'offline_access'],
    ['OpenID', 'openid'],
    ['mcp.read', 'mcp:read'],
    ['mcp:wriet', 'mcp:write'],
    ['A', 'a'],
    ['mcp:delete', undefined],
    ['offline', undefined],
    ['b', undefined],
    ['', undefined],
    ['email', undefined],
    ['__proto__', undefined],
    [`openid${'d'.repeat(60)}`, undefined],
  ])('by %j: %j', (written, want) => {
    expect(nearMiss(written, NAMES)).toBe(want);
  });

  it('is nothing where there are no names', () => {
    expect(nearMiss('openid', [])).toBeUndefined();
  });
});
