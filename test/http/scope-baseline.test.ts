import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { Express } from 'express';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { createTestApp } from '../support/app.ts';
import {
  Browser,
  createPkce,
  redemption,
  redirectParameters,
  register,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { openPage } from './support/consent.ts';
import { readable } from './support/expect.ts';

const SUPPORTED = [
  'openid',
  'profile',
  'email',
  'offline_access',
  'mcp:read',
  'mcp:write',
  'admin:all',
];
const POLICY = {
  scopesSupported: SUPPORTED,
  restrictedScopes: ['admin:all'],
  baselineClientScopes: ['openid', 'offline_access'],
};
const ADDED = 'Added by the operator of this server: the app did not register for it.';
const KNOW = `Know who you are ( openid ) ${ADDED}`;
const STAY = `Stay connected when you are not using the app ( offline_access ) ${ADDED}`;

/** The scopes that the consent page lists, and the tokens that follow when it is allowed. */
async function approve(app: Express, id: string, scope: string | undefined) {
  const pkce = createPkce();
  const browser = new Browser(app, 'alice');
  const { url, html } = await openPage(browser, id, pkce, { scope });
  const listed = [...html.matchAll(/<li>(.*?)<\/li>/gs)].map(([, line = '']) => readable(line));
  const { code = '' } = redirectParameters(await browser.submit(url, 'allow'));
  const { status, body } = await tokenRequest(app, redemption(id, code, pkce));
  if (status !== 200) throw new Error(`no tokens: ${JSON.stringify(body)}`);
  return { listed, tokens: body as { access_token: string; scope: string } };
}

function withPolicy(more: Partial<AuthorizationServerOptions> = {}): Express {
  return createTestApp({ options: { ...POLICY, ...more } }).app;
}

describe('a client that registers mcp:read alone, under a baseline', () => {
  it('is asked about all that it asks for, and gets it (SCOPE-01)', async () => {
    const app = withPolicy();
    const { status, body } = await register(app, { scope: 'mcp:read' });
    expect(status).toBe(201);
    expect(body).toHaveProperty('scope', 'mcp:read openid offline_access');
    const { client_id } = body as { client_id: string };
    const scope = 'openid offline_access mcp:read';
    const { listed, tokens } = await approve(app, client_id, scope);
    expect(listed).toEqual([KNOW, STAY, 'mcp:read ( mcp:read )']);
    expect(tokens).toMatchObject({ scope, refresh_token: expect.any(String) });
  });

  it.each(['mcp:read', undefined])(
    'gets nothing of the baseline that it does not ask for: %s (SCOPE-03)',
    async (scope) => {
      const app = withPolicy();
      const id = await registeredClientId(app, { scope: 'mcp:read' });
      const { listed, tokens } = await approve(app, id, scope);
      expect(listed).toEqual(['mcp:read ( mcp:read )']);
      expect(tokens).toEqual({
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 3600,
        scope: 'mcp:read',
      });
      expect(decodeJwt(tokens.access_token)).toHaveProperty('scope', 'mcp:read');
    },
  );

  it('can stay connected only when it asks to, and the person reads it (SCOPE-18)', async () => {
    const app = withPolicy();
    const id = await registeredClientId(app, { scope: 'mcp:read' });
    const short = await approve(app, id, 'openid');
    expect(short.listed).toEqual([KNOW]);
    expect(short.tokens).not.toHaveProperty('refresh_token');
    const long = await approve(app, id, 'openid offline_access');
    expect(long.listed).toEqual([KNOW, STAY]);
    expect(long.tokens).toHaveProperty('refresh_token', expect.any(String));
  });
});

describe('a client that registers no scope', () => {
  it.each([
    {
      name: 'the supported scopes that are not restricted',
      options: {},
      answered: 'openid profile email offline_access mcp:read mcp:write',
    },
    {
      name: 'the defaults of the operator and the baseline',
      options: { defaultClientScopes: ['mcp:read'] },
      answered: 'mcp:read openid offline_access',
    },
  ])('has $name, and can ask for them (SCOPE-06)', async ({ options, answered }) => {
    const app = withPolicy(options);
    const { status, body } = await register(app, { scope: undefined });
    expect(status).toBe(201);
    expect(body).toHaveProperty('scope', answered);
    const { client_id } = body as { client_id: string };
    const { tokens } = await approve(app, client_id, 'openid mcp:read');
    expect(tokens.scope).toBe('openid mcp:read');
    const browser = new Browser(app, 'alice');
    const beyond = await browser.authorize(client_id, createPkce(), { scope: 'admin:all' });
    expect(redirectParameters(beyond)).toMatchObject({ error: 'invalid_scope' });
  });
});

describe('a baseline of scopes that nobody listed as supported', () => {
  it.each([{}, { scopesSupported: [] }])(
    'is good when they are among the defaults: %j (SCOPE-08)',
    async (supported) => {
      const options = { ...supported, baselineClientScopes: ['offline_access'] };
      const { app } = createTestApp({ options });
      const { status, body } = await register(app, { scope: 'openid' });
      expect(status).toBe(201);
      expect(body).toHaveProperty('scope', 'openid offline_access');
    },
  );
});
