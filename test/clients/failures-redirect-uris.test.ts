import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { Browser, createPkce } from '../support/flow.ts';
import { expectApiError, expectErrorPage } from '../http/support/expect.ts';
import { createMcpApp } from './support/mcp-app.ts';
import { ask, firstLogin, logIn, register } from './support/replay.ts';

const VS_CODE = [
  'https://insiders.vscode.dev/redirect',
  'https://vscode.dev/redirect',
  'http://localhost/',
  'http://127.0.0.1/',
  'http://localhost:33418/',
  'http://127.0.0.1:33418/',
];

describe('redirect URIs of real clients', () => {
  it.each([
    {
      name: 'row 18, Copilot Studio: one for each tool, on a host of Azure',
      redirect_uri: 'https://global.consent.azure-apim.net/redirect/cr2a4-5ftool-5f1b2c3d4e5f',
    },
    {
      name: 'row 19, ChatGPT: one for each connector',
      redirect_uri: 'https://chatgpt.com/connector/oauth/6f7Ab3_x-9Q',
    },
    {
      name: 'row 19, ChatGPT: the older one for all connectors',
      redirect_uri: 'https://chatgpt.com/connector_platform_oauth_redirect',
    },
    {
      name: 'row 9, Copilot CLI: a port with nothing after it',
      redirect_uri: 'http://127.0.0.1:56679/',
    },
  ])('$name: needs no list of allowed ones', async ({ redirect_uri }) => {
    const { app } = createMcpApp();
    const { registered, tokens } = await firstLogin(app, {
      registration: { redirect_uris: [redirect_uri], token_endpoint_auth_method: 'none' },
      authorization: { redirect_uri, scope: 'mcp:read' },
    });
    expect(registered.redirect_uris).toEqual([redirect_uri]);
    expect(tokens.scope).toBe('mcp:read');
  });

  it.each([
    {
      name: 'row 24, VS Code: a random port when its own is busy',
      registered: VS_CODE,
      asked: 'http://127.0.0.1:49812/',
    },
    {
      name: 'row 24, VS Code: a random port on localhost',
      registered: VS_CODE,
      asked: 'http://localhost:49812/',
    },
    {
      name: 'row 24, VS Code: its page on the web',
      registered: VS_CODE,
      asked: 'https://vscode.dev/redirect',
    },
    {
      name: 'row 26, VS Code: no slash registered, a slash asked for',
      registered: ['http://127.0.0.1:3000'],
      asked: 'http://127.0.0.1:3000/',
    },
    {
      name: 'row 26, VS Code: a slash registered, none asked for',
      registered: ['http://127.0.0.1:3000/'],
      asked: 'http://127.0.0.1:3000',
    },
    {
      name: 'row 27, Claude Code: no port registered on localhost, one asked for',
      registered: ['http://localhost/callback', 'http://127.0.0.1/callback'],
      asked: 'http://localhost:52817/callback',
    },
    {
      name: 'row 27, Claude Code: no port registered on 127.0.0.1, one asked for',
      registered: ['http://localhost/callback', 'http://127.0.0.1/callback'],
      asked: 'http://127.0.0.1:52817/callback',
    },
    {
      name: 'row 28, Copilot CLI: another port than the registered one',
      registered: ['http://127.0.0.1:33418/'],
      asked: 'http://127.0.0.1:60123/',
    },
  ])('$name', async ({ registered, asked }) => {
    const { app } = createMcpApp();
    const { tokens } = await firstLogin(app, {
      registration: { redirect_uris: registered, token_endpoint_auth_method: 'none' },
      authorization: { redirect_uri: asked, scope: 'mcp:read' },
    });
    expect(tokens.scope).toBe('mcp:read');
  });

  it.each([
    {
      name: 'row 29, opencode 2: another path is another place, whatever the port',
      registered: ['http://127.0.0.1:19876/callback'],
      asked: 'http://127.0.0.1:19876/mcp/oauth/callback',
    },
    {
      name: 'row 24: the port is not left out beyond loopback',
      registered: VS_CODE,
      asked: 'https://vscode.dev:8443/redirect',
    },
    {
      name: 'row 26: a slash makes a difference beyond loopback',
      registered: ['https://app.example.com/callback'],
      asked: 'https://app.example.com/callback/',
    },
    {
      name: 'row 27: localhost does not stand for 127.0.0.1',
      registered: ['http://localhost/callback'],
      asked: 'http://127.0.0.1:52817/callback',
    },
  ])('$name', async ({ registered, asked }) => {
    const { app } = createMcpApp();
    const { client_id } = await register(app, { redirect_uris: registered });
    const browser = new Browser(app, 'alice');
    const refused = await ask(browser, client_id, createPkce(), { redirect_uri: asked });
    expectErrorPage(refused, 400, 'invalid_request');
  });

  it('row 21, Cursor: three at once are accepted, and each of them is good', async () => {
    const { app } = createMcpApp();
    const redirect_uris = [
      'cursor://anysphere.cursor-mcp/oauth/callback',
      'https://www.cursor.com/agents/mcp/oauth/callback',
      'http://localhost:8787/callback',
    ];
    const registered = await register(app, { redirect_uris, token_endpoint_auth_method: 'none' });
    expect(registered.redirect_uris).toEqual(redirect_uris);
    for (const redirect_uri of redirect_uris) {
      const authorization = { redirect_uri, scope: 'mcp:read' };
      expect((await logIn(app, registered, { authorization })).tokens.scope).toBe('mcp:read');
    }
  });

  it('row 32, mcp-remote, hermes, mcp2cli: the same client with a new port, run after run', async () => {
    const { app } = createMcpApp();
    const registered = await register(app, {
      redirect_uris: ['http://localhost:42851/oauth/callback'],
      token_endpoint_auth_method: 'none',
    });
    for (const port of [42851, 3334, 65535, 1024]) {
      const redirect_uri = `http://localhost:${String(port)}/oauth/callback`;
      const authorization = { redirect_uri, scope: 'mcp:read' };
      const { tokens } = await logIn(app, registered, { authorization });
      expect(tokens.scope).toBe('mcp:read');
    }
  });

  it('row 62: what the authorization endpoint would refuse is refused at registration already', async () => {
    const { app } = createMcpApp();
    for (const redirect_uri of [
      'http://app.example.com/callback',
      'https://app.example.com/callback#done',
      'https://*.example.com/callback',
      'https://user@app.example.com/callback',
      'https://app.example.com/a/../callback',
      'data://text/html,callback',
      'urn:ietf:wg:oauth:2.0:oob',
    ]) {
      const body = { redirect_uris: [redirect_uri], token_endpoint_auth_method: 'none' };
      const refused = await supertest(app).post('/oauth/register').send(body);
      expectApiError(refused, 400, 'invalid_redirect_uri');
    }
  });

  it('row 62: what registration accepts, the authorization endpoint accepts', async () => {
    const { app } = createMcpApp();
    const accepted = [
      ...VS_CODE,
      'cursor://anysphere.cursor-mcp/oauth/callback',
      'com.example.app:/callback',
      'http://[::1]:8080/callback',
      'https://app.example.com/callback?tenant=7',
    ];
    const registered = await register(app, { redirect_uris: accepted });
    expect(registered.redirect_uris).toEqual(accepted);
    for (const redirect_uri of accepted) {
      const authorization = { redirect_uri, scope: 'mcp:read' };
      expect((await logIn(app, registered, { authorization })).tokens.scope).toBe('mcp:read');
    }
  });
});
