import { describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import supertest, { type Response } from 'supertest';
import { OAuthClientInformationFullSchema } from '@modelcontextprotocol/sdk/shared/auth.js';
import { createPkce } from '../support/flow.ts';
import { expectApiError } from '../http/support/expect.ts';
import { createMcpApp, MCP } from './support/mcp-app.ts';
import { authorize, register, type Registered } from './support/replay.ts';

const PERPLEXITY = 'https://www.perplexity.ai/rest/connections/oauth_callback';
const CLAUDE_AI = 'https://claude.ai/api/mcp/auth_callback';
const SCOPE = 'mcp:read offline_access';
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

type Method = 'client_secret_basic' | 'client_secret_post' | 'none';

function metadata(redirect_uri: string, method: Method | undefined): object {
  return {
    redirect_uris: [redirect_uri],
    token_endpoint_auth_method: method,
    grant_types: ['authorization_code', 'refresh_token'],
    scope: SCOPE,
  };
}

/** Sends a token request with the secret in the given place. */
async function tokenRequest(
  app: Express,
  { client_id, client_secret }: Registered,
  method: Method,
  form: Readonly<Record<string, string>>,
): Promise<Response> {
  const request = supertest(app).post('/oauth/token').type('form');
  const secret = String(client_secret);
  if (method === 'client_secret_basic') return request.auth(client_id, secret).send(form);
  const credentials = method === 'none' ? { client_id } : { client_id, client_secret: secret };
  return request.send({ ...form, ...credentials });
}

/** Authorizes, and gives what redeems the code. */
async function codeForm(
  app: Express,
  { client_id, redirect_uris }: Registered,
): Promise<Record<string, string>> {
  const redirect_uri = redirect_uris[0] ?? '';
  const pkce = createPkce();
  const query = { redirect_uri, scope: SCOPE, resource: MCP };
  const { code = '' } = await authorize(app, client_id, pkce, query);
  const { code_verifier } = pkce;
  return { grant_type: 'authorization_code', code, code_verifier, redirect_uri, resource: MCP };
}

describe('clients that want a secret', () => {
  it.each<{ name: string; redirect_uri: string; method: Method }>([
    {
      name: 'row 14, Perplexity',
      redirect_uri: PERPLEXITY,
      method: 'client_secret_post',
    },
    { name: 'row 15, claude.ai', redirect_uri: CLAUDE_AI, method: 'client_secret_post' },
    {
      name: 'row 18, Power Platform',
      redirect_uri: 'https://global.consent.azure-apim.net/redirect/cr2a4-5ftool',
      method: 'client_secret_basic',
    },
  ])('$name: is given one, and uses it for codes and refreshes', async (row) => {
    const { app } = createMcpApp();
    const registered = await register(app, metadata(row.redirect_uri, row.method));
    expect(registered).toMatchObject({
      token_endpoint_auth_method: row.method,
      client_secret: expect.stringMatching(/^[\x21-\x7E]{32,}$/),
      client_secret_expires_at: 0,
      scope: SCOPE,
    });
    const form = await codeForm(app, registered);
    expectApiError(await tokenRequest(app, registered, 'none', form), 401, 'invalid_client');
    const redeemed = await tokenRequest(app, registered, row.method, form);
    expect(redeemed.body).toMatchObject({ scope: SCOPE, refresh_token: expect.any(String) });
    const { refresh_token } = redeemed.body as { refresh_token: string };
    const refreshed = await tokenRequest(app, registered, row.method, {
      grant_type: 'refresh_token',
      refresh_token,
    });
    expect({ status: refreshed.status, body: refreshed.body }).toMatchObject({
      status: 200,
      body: { scope: SCOPE },
    });
  });

  it.each([
    {
      confidentialClients: true,
      // The last one for those that bring a key: `http/private-key-jwt`.
      want: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    },
    { confidentialClients: false, want: ['none'] },
  ])(
    'row 15, claude.ai: the metadata lists what registration accepts (confidentialClients: $confidentialClients)',
    async ({ confidentialClients, want }) => {
      const { app } = createMcpApp({ options: { confidentialClients } });
      const { body } = await supertest(app).get('/.well-known/oauth-authorization-server');
      expect(new Set(body.token_endpoint_auth_methods_supported)).toEqual(new Set(want));
      const METHODS: Method[] = ['none', 'client_secret_basic', 'client_secret_post'];
      for (const method of METHODS) {
        const answer = await supertest(app)
          .post('/oauth/register')
          .send(metadata(CLAUDE_AI, method));
        if (want.includes(method)) expect(answer.status).toBe(201);
        else expectApiError(answer, 400, 'invalid_client_metadata');
      }
    },
  );

  it.each([undefined, 'none'] as const)(
    'row 14, Perplexity: forceConfidentialRedirectUris gives a secret to who needs one and says %s',
    async (method) => {
      const { app } = createMcpApp({ options: { forceConfidentialRedirectUris: [PERPLEXITY] } });
      const registered = await register(app, metadata(PERPLEXITY, method));
      expect(registered).toMatchObject({
        token_endpoint_auth_method: 'client_secret_post',
        client_secret: expect.any(String),
        client_secret_expires_at: 0,
      });
      const form = await codeForm(app, registered);
      const { status } = await tokenRequest(app, registered, 'client_secret_post', form);
      expect(status).toBe(200);
      // Everybody else stays what they asked to be.
      const other = await register(app, metadata(CLAUDE_AI, method));
      expect(other).toMatchObject({ token_endpoint_auth_method: 'none' });
      expect(other).not.toHaveProperty('client_secret');
    },
  );

  it.each<{ registered: Method; used: Method }>([
    { registered: 'client_secret_post', used: 'client_secret_basic' },
    { registered: 'client_secret_basic', used: 'client_secret_post' },
  ])('row 17, Codex: registered as $registered, it may send $used', async (row) => {
    const { app } = createMcpApp();
    const registered = await register(app, metadata(CLAUDE_AI, row.registered));
    const form = await codeForm(app, registered);
    const { status, body } = await tokenRequest(app, registered, row.used, form);
    expect({ status, scope: body.scope }).toEqual({ status: 200, scope: SCOPE });
  });

  it('row 16, KeeperHub and others: none is honoured, with no secret, also where secrets are given', async () => {
    const { app } = createMcpApp({ options: { confidentialClients: true } });
    for (const method of ['none', undefined] as const) {
      const registered = await register(app, metadata(CLAUDE_AI, method));
      expect(registered).toMatchObject({ token_endpoint_auth_method: 'none' });
      expect(registered).not.toHaveProperty('client_secret');
      const { status } = await tokenRequest(
        app,
        registered,
        'none',
        await codeForm(app, registered),
      );
      expect(status).toBe(200);
    }
  });

  it('row 37, ChatGPT: a secret does not expire', async () => {
    const { app, clock } = createMcpApp();
    const registered = await register(app, metadata(CLAUDE_AI, 'client_secret_post'));
    expect(registered['client_secret_expires_at']).toBe(0);
    for (let week = 0; week < 12; week += 1) {
      const form = await codeForm(app, registered);
      const { status } = await tokenRequest(app, registered, 'client_secret_post', form);
      expect({ week, status }).toEqual({ week, status: 200 });
      clock.advance(WEEK_MS);
    }
  });

  it('row 39: a secret never comes without its end, and the answer passes the schema of the SDK', async () => {
    const { app } = createMcpApp();
    for (const method of ['client_secret_basic', 'client_secret_post'] as const) {
      const registered = await register(app, metadata(CLAUDE_AI, method));
      const parsed = OAuthClientInformationFullSchema.safeParse(registered);
      expect(parsed.error).toBeUndefined();
      expect(parsed.data).toMatchObject({
        client_secret: expect.any(String),
        client_secret_expires_at: 0,
      });
    }
  });
});
