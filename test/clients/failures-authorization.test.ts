import { describe, expect, it } from '@jest/globals';
import {
  Browser,
  createPkce,
  locationOf,
  redirectParameters,
  tokenRequest,
} from '../support/flow.ts';
import { createDeployment } from '../support/deployment.ts';
import { STORE_KINDS } from '../support/stores.ts';
import { expectErrorPage, PAGE_HEADERS, readable } from '../http/support/expect.ts';
import { createMcpApp } from './support/mcp-app.ts';
import { CODEX, SDK_V2 } from './support/measured.ts';
import { ask, authorize, firstLogin, register } from './support/replay.ts';

const ISSUER = 'https://auth.example.com';
const DAY_MS = 24 * 60 * 60 * 1000;

describe('real clients and people at the authorization endpoint', () => {
  it('row 22, Cursor (2025): without state, no state comes back and nothing fails', async () => {
    const { app } = createMcpApp();
    const { answer, tokens } = await firstLogin(app, {
      ...CODEX,
      authorization: { ...CODEX.authorization, state: undefined },
    });
    expect(answer).toEqual({ code: expect.any(String), iss: ISSUER });
    expect(tokens.scope).toBe('mcp:read offline_access');
  });

  it('row 33, Claude Code: a dead client id ends on a page that says what to do', async () => {
    const { app } = createMcpApp();
    const dead = '3f2b8a54-7c1d-4e0f-9b6a-1d2c3e4f5a6b';
    const page = await ask(new Browser(app, 'alice'), dead, createPkce(), CODEX.authorization);
    expectErrorPage(page, 400, 'invalid_client');
    expect(readable(page.text)).toContain('Remove the connection in the app and connect it again.');
  });

  it('row 33, Claude Code: a client that is used is still there after half a year of logins', async () => {
    const { app, clock } = createMcpApp();
    const { client_id } = await register(app, CODEX.registration);
    for (let month = 0; month < 7; month += 1) {
      const { code } = await authorize(app, client_id, createPkce(), CODEX.authorization);
      expect(code).toMatch(/^[\w-]{22}\.[\w-]{43}$/);
      clock.advance(30 * DAY_MS);
    }
  });

  it.each(STORE_KINDS)(
    'row 33, Claude Code: a client survives a restart, as far as its store does ($kind)',
    async (kind) => {
      const deployment = createDeployment(kind, {
        scopesSupported: ['mcp:read', 'offline_access'],
      });
      try {
        const { client_id } = await register(deployment.start().app, CODEX.registration);
        const { app } = deployment.start();
        const { code } = await authorize(app, client_id, createPkce(), CODEX.authorization);
        expect(code).toMatch(/^[\w-]{22}\.[\w-]{43}$/);
      } finally {
        await deployment.close();
      }
    },
  );

  it.each<{
    name: string;
    answer: (at: Asking) => Promise<Parameters<typeof redirectParameters>[0]>;
  }>([
    { name: 'success', answer: ({ browser, consent }) => browser.submit(consent, 'allow') },
    {
      name: 'a refusal by the person',
      answer: ({ browser, consent }) => browser.submit(consent, 'deny'),
    },
    {
      name: 'success told a second time',
      answer: async ({ browser, consent }) => {
        await browser.submit(consent, 'allow');
        return browser.submit(consent, 'allow');
      },
    },
    { name: 'a scope beyond the ceiling', answer: ({ again }) => again({ scope: 'mcp:write' }) },
    {
      name: 'an API that there is not',
      answer: ({ again }) => again({ resource: 'https://b.example' }),
    },
    { name: 'prompt=none', answer: ({ again }) => again({ prompt: 'none' }) },
  ])(
    'rows 46 and 47, Codex and MCP SDK 2: the redirect carries iss on $name',
    async ({ answer }) => {
      const { app } = createMcpApp();
      const { client_id } = await register(app, SDK_V2.registration);
      const browser = new Browser(app, 'alice');
      const pkce = createPkce();
      const consent = locationOf(await ask(browser, client_id, pkce, SDK_V2.authorization));
      const again: Asking['again'] = (more) =>
        ask(browser, client_id, pkce, { ...SDK_V2.authorization, ...more });
      const response = await answer({ browser, consent, again });
      expect(response.status).toBe(303);
      expect(redirectParameters(response)).toMatchObject({
        iss: ISSUER,
        state: SDK_V2.authorization['state'],
      });
    },
  );

  it('row 55, Chromium: the policy of the consent page does not stop the redirect after it', async () => {
    const { app } = createMcpApp();
    const cursor = 'cursor://anysphere.cursor-mcp/oauth/callback';
    const { client_id } = await register(app, { redirect_uris: [cursor] });
    const browser = new Browser(app, 'alice');
    const begun = await ask(browser, client_id, createPkce(), { redirect_uri: cursor });
    const page = await browser.get(locationOf(begun));
    expect(page.status).toBe(200);
    expect(page.headers).toMatchObject(PAGE_HEADERS);
    expect(page.headers['content-security-policy']).not.toContain('form-action');
    const decided = await browser.submit(locationOf(begun), 'allow');
    expect(decided.status).toBe(303);
    expect(locationOf(decided).startsWith(`${cursor}?code=`)).toBe(true);
  });

  it.each(['allow', 'deny'] as const)(
    'row 56, claude.ai: after %s the callback is a GET, for the redirect is 303',
    async (decision) => {
      const { app } = createMcpApp();
      const redirect_uri = 'https://claude.ai/api/mcp/auth_callback';
      const { client_id } = await register(app, { redirect_uris: [redirect_uri] });
      const browser = new Browser(app, 'alice');
      const begun = await ask(browser, client_id, createPkce(), { redirect_uri });
      const decided = await browser.submit(locationOf(begun), decision);
      expect(decided.status).toBe(303);
      expect(locationOf(decided).startsWith(`${redirect_uri}?`)).toBe(true);
    },
  );

  it('row 61: nobody gets a code without a page that names the client and where the code goes', async () => {
    const { app } = createMcpApp();
    const redirect_uri = 'https://attacker.example/collect';
    const { client_id } = await register(app, {
      client_name: 'Quite Harmless',
      redirect_uris: [redirect_uri],
    });
    const browser = new Browser(app, 'alice');
    const pkce = createPkce();
    // Logged in, and allowed less before, or asked again by the client: there is a page each time.
    const scopes = ['mcp:read', 'mcp:read', 'mcp:read mcp:write'];
    for (const [nth, prompt] of [undefined, 'consent', undefined].entries()) {
      const begun = await ask(browser, client_id, pkce, {
        redirect_uri,
        scope: scopes[nth],
        prompt,
      });
      expect(begun.status).toBe(302);
      const to = new URL(locationOf(begun), ISSUER);
      expect(to.pathname).toBe('/oauth/consent');
      const page = await browser.get(locationOf(begun));
      expect(page.status).toBe(200);
      expect(readable(page.text)).toMatch(/(?=.*sent to attacker\.example)(?=.*Quite Harmless)/);
      expect((await browser.submit(locationOf(begun), 'allow')).status).toBe(303);
    }
    const silent = await ask(browser, client_id, pkce, { redirect_uri, prompt: 'none' });
    expect(redirectParameters(silent)['error']).toBe('consent_required');
  });

  it('row 61: the page is not decided by a form of another site', async () => {
    const { app } = createMcpApp();
    const { client_id } = await register(app, CODEX.registration);
    const browser = new Browser(app, 'alice');
    const begun = await ask(browser, client_id, createPkce(), CODEX.authorization);
    const form = { decision: 'allow', csrf: 'guessed' };
    const refused = await browser.post(locationOf(begun), form, { Origin: 'https://a.example' });
    expect(refused.status).toBe(403);
    expect(refused.headers).not.toHaveProperty('location');
    // Nothing is decided by it: the person still can.
    expect((await browser.submit(locationOf(begun), 'allow')).status).toBe(303);
  });

  it('row 30: what the authorization endpoint takes for a client, the token endpoint does too', async () => {
    const { app } = createMcpApp();
    const { client_id } = await register(app, CODEX.registration);
    const pkce = createPkce();
    const { code } = await authorize(app, client_id, pkce, CODEX.authorization);
    const { status } = await tokenRequest(app, {
      grant_type: 'authorization_code',
      client_id,
      code,
      code_verifier: pkce.code_verifier,
      redirect_uri: CODEX.authorization.redirect_uri,
    });
    expect(status).toBe(200);
  });
});

interface Asking {
  readonly browser: Browser;
  /** Where the consent page is. */
  readonly consent: string;
  /** Asks again, with other parameters. */
  readonly again: (
    more: Readonly<Record<string, string>>,
  ) => Promise<Parameters<typeof redirectParameters>[0]>;
}
