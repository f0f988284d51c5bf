import express from 'express';
import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createTestApp } from '../support/app.ts';
import { Browser, createPkce, tokenRequest } from '../support/flow.ts';
import { STORE_KINDS } from '../support/stores.ts';
import { startExample } from '../support/example.ts';
import { ScriptedClient } from '../support/mcp-client.ts';
import { ScriptedClientV1 } from '../support/mcp-client-v1.ts';
import { createDeployment } from '../support/deployment.ts';
import { expectApiError, expectErrorPage } from '../http/support/expect.ts';
import { createMcpApp, MCP } from './support/mcp-app.ts';
import { CODEX, geminiCli } from './support/measured.ts';
import { ask, authorize, firstLogin, refresh, register } from './support/replay.ts';

const ALICE = { username: 'alice', password: 'password' };
const METADATA = '/.well-known/oauth-authorization-server';
const CODEX_DOCUMENT = 'https://chatgpt.com/oauth/codex/client.json';

describe('measured clients, finding the server', () => {
  it('Codex 0.169.0: fetches the metadata twice, with its protocol version in a header', async () => {
    const { app } = createMcpApp();
    const fetchIt = () => supertest(app).get(METADATA).set('MCP-Protocol-Version', '2024-11-05');
    const [first, second] = [await fetchIt(), await fetchIt()];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.text).toBe(first.text);
    expect(first.body).toMatchObject({ issuer: 'https://auth.example.com' });
  });

  it('path issuer, Codex 0.169.0: finds the metadata between origin and path, at once', async () => {
    const issuer = 'https://auth.example.com/auth';
    const { server } = createTestApp({ options: { issuer } });
    const app = express().use('/auth', server.router).use(server.wellKnownRouter);
    const { status, body } = await supertest(app).get(`${METADATA}/auth`);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        issuer,
        authorization_endpoint: `${issuer}/oauth/authorize`,
        token_endpoint: `${issuer}/oauth/token`,
        registration_endpoint: `${issuer}/oauth/register`,
      },
    });
  });

  it.each([
    { version: '1.32.2', make: (url: string) => new ScriptedClientV1(url, ALICE) },
    { version: '2.4.0', make: (url: string) => new ScriptedClient({ url, person: ALICE }) },
  ])('path issuer, MCP SDK $version: goes through the whole flow', async ({ make }) => {
    const example = await startExample({}, 0, '/auth');
    const client = make(`${example.url}/mcp`);
    try {
      await client.connect();
      expect(await client.callTool('read_notes')).toContain('\n');
      expect(client.story.registrations).toHaveLength(1);
      expect(client.story.authorizations).toMatchObject([{ outcome: 'code' }]);
    } finally {
      await client.close();
      await example.stop();
    }
  });

  it('gemini-cli 0.61.0: the resource in the metadata is the URL that was configured, byte for byte', async () => {
    const { app } = createMcpApp();
    const challenged = metadataUrlOf(await supertest(app).post('/mcp'));
    for (const path of ['/.well-known/oauth-protected-resource/mcp', challenged]) {
      const { status, body } = await supertest(app).get(path);
      expect({ status, resource: body.resource }).toEqual({ status: 200, resource: MCP });
    }
  });

  it('gemini-cli 0.61.0: an error of the token endpoint is JSON with a status, which is all it reads', async () => {
    const { app } = createMcpApp();
    const recorded = geminiCli('mcp:read offline_access');
    const login = await firstLogin(app, recorded);
    const refused = await refresh(app, login, { ...recorded.refresh, scope: 'mcp:write' });
    expectApiError(refused, 400, 'invalid_scope');
  });
});

describe('measured clients, with a client id nobody gave them', () => {
  it('Codex 0.169.0, a metadata document for a client id: is not advertised, and such a client is unknown', async () => {
    const { app } = createMcpApp();
    const { body } = await supertest(app).get(METADATA);
    expect(body).not.toHaveProperty('client_id_metadata_document_supported');

    const pkce = createPkce();
    const begun = await ask(new Browser(app, 'alice'), CODEX_DOCUMENT, pkce, CODEX.authorization);
    expectErrorPage(begun, 400, 'invalid_client');
    const exchange = await tokenRequest(app, {
      grant_type: 'authorization_code',
      client_id: CODEX_DOCUMENT,
      code: 'any',
      code_verifier: pkce.code_verifier,
      redirect_uri: CODEX.authorization.redirect_uri,
    });
    expectApiError(exchange, 401, 'invalid_client');
  });

  it.each(STORE_KINDS)(
    'Codex 0.169.0, which does not register again after invalid_client: a restart does not cost it its client ($kind)',
    async (kind) => {
      const deployment = createDeployment(kind, {
        scopesSupported: ['mcp:read', 'offline_access'],
      });
      try {
        const before = deployment.start();
        const { client_id } = await register(before.app, CODEX.registration);
        const pkce = createPkce();
        const { code } = await authorize(before.app, client_id, pkce, CODEX.authorization);
        const form = {
          grant_type: 'authorization_code',
          client_id,
          code,
          code_verifier: pkce.code_verifier,
          redirect_uri: CODEX.authorization.redirect_uri,
          resource: MCP,
        };
        const { app } = deployment.start();
        const unknown = await tokenRequest(app, { ...form, client_id: `${client_id}0` });
        expectApiError(unknown, 401, 'invalid_client');
        const { status, body } = await tokenRequest(app, form);
        expect({ status, scope: body.scope }).toEqual({
          status: 200,
          scope: 'mcp:read offline_access',
        });
      } finally {
        await deployment.close();
      }
    },
  );
});

/** The path of the resource metadata that a challenge points to. */
function metadataUrlOf({ headers }: supertest.Response): string {
  const url = /resource_metadata="([^"]+)"/.exec(String(headers['www-authenticate']))?.[1];
  return new URL(url ?? '').pathname;
}
