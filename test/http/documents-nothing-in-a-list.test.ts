import { describe, expect, it } from '@jest/globals';
import { createTestApp } from '../support/app.ts';
import { send } from './support/send.ts';

const AS = '/.well-known/oauth-authorization-server';
const PRM = '/.well-known/oauth-protected-resource';

describe('a list with nothing in it', () => {
  it.each([
    { path: AS, section: 'RFC 8414 §3.2', scopesSupported: ['admin'] },
    { path: PRM, section: 'RFC 9728 §3.2', scopesSupported: ['admin'] },
    { path: `${PRM}/mcp`, section: 'RFC 9728 §3.2', scopesSupported: ['offline_access', 'admin'] },
  ])('is left out of $path: $scopesSupported ($section)', async ({ path, scopesSupported }) => {
    // Where nobody can register, there may be nothing to register with.
    const registration = 'off' as const;
    const options = { scopesSupported, restrictedScopes: ['admin'], registration };
    const { status, body } = await send(createTestApp({ options }).app, 'GET', path);
    expect(status).toBe(200);
    expect(Object.entries(body as object).filter(([, value]) => String(value) === '')).toEqual([]);
    expect(body).not.toHaveProperty('scopes_supported');
  });
});
