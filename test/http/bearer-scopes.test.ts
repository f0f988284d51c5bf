import { describe, expect, it } from '@jest/globals';
import type { RequireBearerOptions } from '../../lib/http/bearer.ts';
import { createTestApp } from '../support/app.ts';

const SCOPES = ['openid', 'mcp:read', 'admin:all', 'offline_access'];

function mount(scope: RequireBearerOptions['scope'], scopesSupported?: string[]) {
  const options = { restrictedScopes: ['admin:*'], ...(scopesSupported && { scopesSupported }) };
  const { server } = createTestApp({ options });
  return () => server.requireBearer({ resource: '/mcp', ...(scope !== undefined && { scope }) });
}

describe('requireBearer: a scope that nobody can have', () => {
  it.each<{ scope: string | string[]; names: string }>([
    { scope: 'mcp:write', names: 'mcp:write' },
    { scope: ['mcp:write'], names: 'mcp:write' },
    { scope: 'openid mcp:write', names: 'mcp:write' },
    { scope: ['mcp:write', 'openid', 'mcp:delete'], names: 'mcp:write, mcp:delete' },
    { scope: 'OpenID', names: 'OpenID' },
    { scope: 'mcp:*', names: 'mcp:*' },
    { scope: 'constructor', names: 'constructor' },
  ])('is a mistake that is found when it is mounted: $scope', ({ scope, names }) => {
    expect(mount(scope, SCOPES)).toThrow(
      new TypeError(`requireBearer: scope names ${names}, which is not in scopesSupported`),
    );
  });

  it('is told by the defaults when no scopes are configured', () => {
    expect(mount('mcp:read')).toThrow(/scope names mcp:read, which is not in scopesSupported/);
    expect(mount('openid profile email offline_access')).not.toThrow();
  });

  it.each<{ scope: RequireBearerOptions['scope'] }>([
    { scope: undefined },
    { scope: '' },
    { scope: [] },
    { scope: 'openid mcp:read' },
    { scope: ['mcp:read', 'mcp:read'] },
    { scope: 'admin:all' },
    { scope: () => 'whatever:it-says' },
  ])('is none of these: $scope', ({ scope }) => {
    expect(mount(scope, SCOPES)).not.toThrow();
  });
});
