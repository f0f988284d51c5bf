import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { startDocumentHost, type DocumentHost } from '../support/document-host.ts';
import {
  Browser,
  createPkce,
  obtainCode,
  redemption,
  refreshRequest,
  tokenRequest,
} from '../support/flow.ts';
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

describe('clients identified by a metadata document, where these are off', () => {
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

/** What the documents say beside the address and the name; hosts and paths are those of the clients. */
const PUBLISHED = [
  {
    name: 'row 20, ChatGPT',
    address: ['chatgpt.com', '/oauth/client.json'],
    document: {
      redirect_uris: ['https://chatgpt.com/connector/oauth/6f7Ab3_x-9Q'],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
      token_endpoint_auth_signing_alg: 'RS256',
      jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
    },
    redirect_uri: 'https://chatgpt.com/connector/oauth/6f7Ab3_x-9Q',
  },
  {
    name: 'row 25, VS Code',
    address: ['vscode.dev', '/oauth/client-metadata.json'],
    document: {
      redirect_uris: ['http://127.0.0.1:33418/', 'https://vscode.dev/redirect'],
      grant_types: [
        'authorization_code',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
    },
    redirect_uri: 'http://127.0.0.1:33418/',
  },
  {
    name: 'row 27, Claude Code',
    address: ['claude.ai', '/oauth/claude-code-client-metadata'],
    document: { redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'] },
    redirect_uri: 'http://localhost:52817/callback',
  },
  {
    name: 'row 28, Copilot CLI',
    address: ['github.com', '/copilot/cli/client.json'],
    document: { redirect_uris: ['http://127.0.0.1:33418/'] },
    redirect_uri: 'http://127.0.0.1:60123/',
  },
] as const;

describe('clients identified by a metadata document', () => {
  let host: DocumentHost;
  beforeAll(async () => {
    host = await startDocumentHost({
      hosts: ['chatgpt.com', 'vscode.dev', 'claude.ai', 'github.com', 'opencode.ai'],
    });
  });
  afterAll(() => host.close());

  /** Where nobody can have a secret or a key, so that ChatGPT falls back to having neither. */
  const options = { clientIdMetadataDocuments: true, confidentialClients: false };

  const publish = (address: readonly [string, string], document: object): string => {
    const client_id = host.url(address[1], address[0]);
    host.json(address[1], { client_id, client_name: 'A client', ...document });
    return client_id;
  };

  it.each(PUBLISHED)(
    '$name is known from the first request to the refresh (row 30)',
    async ({ address, document, redirect_uri }) => {
      const { app } = createMcpApp({ options, outside: host.outside });
      const client_id = publish(address, document);
      const pkce = createPkce();
      const scope = 'mcp:read offline_access';
      const code = await obtainCode(app, client_id, pkce, { redirect_uri, scope });
      const exchanged = await tokenRequest(
        app,
        redemption(client_id, code, pkce, { redirect_uri }),
      );
      expect(exchanged.status).toBe(200);
      const token = exchanged.body.refresh_token as string;
      expect((await refreshRequest(app, client_id, token)).status).toBe(200);
    },
  );

  it('row 29, opencode 2: another path than that of its document stays refused', async () => {
    const { app } = createMcpApp({ options, outside: host.outside });
    const client_id = publish(['opencode.ai', '/oauth/client.json'], {
      redirect_uris: ['http://127.0.0.1:19876/callback'],
    });
    const browser = new Browser(app, 'alice');
    const begun = await ask(browser, client_id, createPkce(), {
      redirect_uri: 'http://127.0.0.1:19876/mcp/oauth/callback',
      scope: 'mcp:read',
    });
    expectErrorPage(begun, 400, 'invalid_request');
  });
});
