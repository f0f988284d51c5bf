import { describe, expect, it } from '@jest/globals';
import { startExample } from '../support/example.ts';
import { anHourLater } from '../support/later.ts';
import { ScriptedClientV1 } from '../support/mcp-client-v1.ts';
import { createMcpApp, MCP } from './support/mcp-app.ts';
import { SDK_V1 } from './support/measured.ts';
import { firstLogin, refresh, type Recorded } from './support/replay.ts';

const ALICE = { username: 'alice', password: 'password' };

/** A client that asks for exactly what the metadata of the API lists. */
function askingAsListed(redirect_uri: string): Recorded {
  return {
    registration: {
      redirect_uris: [redirect_uri],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'mcp:read mcp:write',
    },
    authorization: { redirect_uri, scope: 'mcp:read mcp:write', resource: MCP },
    token: { resource: MCP },
    refresh: { resource: MCP },
  };
}

const ROWS = [
  {
    name: 'row 13, opencode',
    recorded: askingAsListed('http://127.0.0.1:19876/mcp/oauth/callback'),
    granted: 'mcp:read mcp:write',
  },
  {
    name: 'row 13, mcporter',
    recorded: askingAsListed('http://127.0.0.1:39110/callback'),
    granted: 'mcp:read mcp:write',
  },
  {
    name: 'row 12, ChatGPT: registers for refreshing, is not granted offline_access',
    recorded: askingAsListed('https://chatgpt.com/connector/oauth/6f7Ab3_x-9Q'),
    granted: 'mcp:read mcp:write',
  },
  {
    name: 'row 11, claude.ai: never asks for offline_access',
    recorded: askingAsListed('https://claude.ai/api/mcp/auth_callback'),
    granted: 'mcp:read mcp:write',
  },
  {
    name: 'MCP SDK 1.32.2, which names no grant types',
    recorded: SDK_V1,
    granted: 'mcp:read',
  },
];

describe('clients that never ask for offline_access, with refreshTokens: grant_type', () => {
  it.each(ROWS)('without the option there is no refresh token: $name', async ({ recorded }) => {
    const { app } = createMcpApp();
    expect((await firstLogin(app, recorded)).tokens).not.toHaveProperty('refresh_token');
  });

  it.each(ROWS)('$name: refreshes for as long as it likes', async ({ recorded, granted }) => {
    const { app, clock } = createMcpApp({ options: { refreshTokens: 'grant_type' } });
    let login = await firstLogin(app, recorded);
    expect(login.tokens.scope).toBe(granted);
    for (let hour = 0; hour < 3; hour += 1) {
      clock.advance(3_600_000);
      const { status, body } = await refresh(app, login, recorded.refresh);
      expect({ status, body }).toEqual({
        status: 200,
        body: {
          access_token: expect.any(String),
          token_type: 'Bearer',
          expires_in: 3600,
          scope: granted,
          refresh_token: expect.any(String),
        },
      });
      login = { ...login, tokens: body };
    }
  });

  it('row 13: a client that registers for codes alone gets no refresh token', async () => {
    const { app } = createMcpApp({ options: { refreshTokens: 'grant_type' } });
    const { registration, ...rest } = askingAsListed('http://127.0.0.1:19876/callback');
    const login = await firstLogin(app, {
      ...rest,
      registration: { ...registration, grant_types: ['authorization_code'] },
    });
    expect(login.tokens).not.toHaveProperty('refresh_token');
  });

  it('MCP SDK 1.32.2 refreshes by itself, without a word about offline_access', async () => {
    const example = await startExample({ DCR_REFRESH_TOKENS: 'grant_type' });
    const client = new ScriptedClientV1(`${example.url}/mcp`, ALICE);
    let backToNow: () => void = () => undefined;
    try {
      await client.connect();
      backToNow = anHourLater();
      expect(await client.callTool('read_notes')).toContain('\n');
      expect(client.story.tokens.at(-1)).toMatchObject({
        sent: { grant_type: 'refresh_token' },
        status: 200,
        received: { scope: 'notes:read' },
      });
      expect(client.story.authorizations).toHaveLength(1);
    } finally {
      backToNow();
      await client.close();
      await example.stop();
    }
  });
});
