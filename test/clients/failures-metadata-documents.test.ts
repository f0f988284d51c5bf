import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { Browser, createPkce, refreshRequest, tokenRequest } from '../support/flow.ts';
import { expectApiError, expectErrorPage } from '../http/support/expect.ts';
import { createMcpApp } from './support/mcp-app.ts';
import { ask } from './support/replay.ts';

/** Clients that give the address of a document about themselves for a client id. */
const DOCUMENTS = [
  {
    name: 'row 20, ChatGPT: whose document prefers private_key_jwt',
    client_id: 'https://chatgpt.com/oauth/client.json',
    redirect_uri: 'https://chatgpt.com/connector/oauth/6f7Ab3_x-9Q',
  },
  {
    name: 'row 25, VS Code: whose document lists the device grant',
    client_id: 'https://vscode.dev/oauth/client-metadata.json',
    redirect_uri: 'http://127.0.0.1:33418/',
  },
  {
    name: 'row 27, Claude Code: whose document has no ports',
    client_id: 'https://claude.ai/oauth/claude-code-client-metadata',
    redirect_uri: 'http://localhost:52817/callback',
  },
  {
    name: 'row 28, Copilot CLI: which uses another port than its document',
    client_id: 'https://github.com/copilot/cli/client.json',
    redirect_uri: 'http://127.0.0.1:60123/',
  },
  {
    name: 'row 29, opencode 2: which uses another path than its document',
    client_id: 'https://opencode.ai/oauth/client.json',
    redirect_uri: 'http://127.0.0.1:19876/mcp/oauth/callback',
  },
  {
    name: 'row 30: any client with such an id',
    client_id: 'https://client.example.com/oauth/metadata.json',
    redirect_uri: 'https://client.example.com/callback',
  },
] as const;

describe('clients identified by a metadata document', () => {
  it('rows 20 and 27 to 30: are told that they have to register', async () => {
    const { app } = createMcpApp();
    const { status, body } = await supertest(app).get('/.well-known/oauth-authorization-server');
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('client_id_metadata_document_supported');
    expect(body.registration_endpoint).toBe('https://auth.example.com/oauth/register');
  });

  it.each(DOCUMENTS)(
    '$name, is as unknown to the token endpoint as to the authorization endpoint',
    async ({ client_id, redirect_uri }) => {
      const { app } = createMcpApp();
      const pkce = createPkce();
      const browser = new Browser(app, 'alice');
      const begun = await ask(browser, client_id, pkce, { redirect_uri, scope: 'mcp:read' });
      expectErrorPage(begun, 400, 'invalid_client');

      const code = `${'a'.repeat(22)}.${'b'.repeat(43)}`;
      const exchange = await tokenRequest(app, {
        grant_type: 'authorization_code',
        client_id,
        code,
        code_verifier: pkce.code_verifier,
        redirect_uri,
      });
      expectApiError(exchange, 401, 'invalid_client');
      const token = `${'a'.repeat(22)}.1.${'b'.repeat(43)}`;
      expectApiError(await refreshRequest(app, client_id, token), 401, 'invalid_client');
    },
  );
});
