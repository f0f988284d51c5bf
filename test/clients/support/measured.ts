/**
 * What real clients sent to a recording server, client by client. Ports are the ones of that day.
 */
import { MCP } from './mcp-app.ts';
import type { Recorded } from './replay.ts';

const BOTH_GRANTS = { grant_types: ['authorization_code', 'refresh_token'] };
const NATIVE = { token_endpoint_auth_method: 'none', application_type: 'native' };
const STATE = 'b6e1f3a0-3f7e-4d0b-9a53-0d1c2b3a4f5e';

/** Version 1.32.2: just what the app set, and the scope of the challenge. */
export const SDK_V1: Recorded = {
  registration: {
    client_name: 'sdk-v1-client',
    redirect_uris: ['http://127.0.0.1:33933/callback'],
    token_endpoint_auth_method: 'none',
    scope: 'mcp:read',
  },
  authorization: {
    redirect_uri: 'http://127.0.0.1:33933/callback',
    state: STATE,
    scope: 'mcp:read',
    resource: MCP,
  },
  token: { resource: MCP },
  refresh: { resource: MCP },
};

/** Version 2.4.0: adds `offline_access` where it is advertised, and asks for consent. */
export const SDK_V2: Recorded = {
  registration: {
    client_name: 'sdk-v2-client',
    redirect_uris: ['http://127.0.0.1:34211/callback'],
    ...BOTH_GRANTS,
    ...NATIVE,
    scope: 'mcp:read',
  },
  authorization: {
    redirect_uri: 'http://127.0.0.1:34211/callback',
    state: STATE,
    scope: 'mcp:read offline_access',
    prompt: 'consent',
    resource: MCP,
  },
  token: { resource: MCP },
  refresh: { resource: MCP },
};

/** mcp-remote 0.15.1, with version 2 of the SDK inside. */
export const MCP_REMOTE: Recorded = {
  registration: {
    client_name: 'MCP CLI Proxy',
    client_uri: 'https://github.com/punkpeye/mcp-remote',
    redirect_uris: ['http://localhost:42851/oauth/callback'],
    response_types: ['code'],
    software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
    software_version: '0.15.1',
    ...BOTH_GRANTS,
    ...NATIVE,
    scope: 'mcp:read offline_access',
  },
  authorization: {
    redirect_uri: 'http://localhost:42851/oauth/callback',
    state: STATE,
    scope: 'mcp:read offline_access',
    prompt: 'consent',
    resource: MCP,
  },
  token: { resource: MCP },
  refresh: { resource: MCP },
};

/** Codex 0.169.0: another port for each login, no `prompt`. */
export const CODEX: Recorded = {
  registration: {
    client_name: 'Codex',
    redirect_uris: ['http://127.0.0.1:38595/callback'],
    ...BOTH_GRANTS,
    ...NATIVE,
    scope: 'mcp:read offline_access',
  },
  authorization: {
    redirect_uri: 'http://127.0.0.1:38595/callback',
    state: STATE,
    scope: 'mcp:read offline_access',
    resource: MCP,
  },
  token: { resource: MCP },
};

/** opencode 1.18.33: a fixed port, no `application_type`. */
export const OPENCODE: Recorded = {
  registration: {
    client_name: 'OpenCode',
    redirect_uris: ['http://127.0.0.1:19876/mcp/oauth/callback'],
    token_endpoint_auth_method: 'none',
    scope: 'mcp:read offline_access',
  },
  authorization: {
    redirect_uri: 'http://127.0.0.1:19876/mcp/oauth/callback',
    state: STATE,
    scope: 'mcp:read offline_access',
    prompt: 'consent',
    resource: MCP,
  },
  token: { resource: MCP },
  refresh: { resource: MCP },
};

/** gemini-cli 0.61.0; its scope is what the metadata lists, or nothing at all. */
export function geminiCli(scope: string, more: Readonly<Record<string, string>> = {}): Recorded {
  const redirect_uri = 'http://localhost:7777/oauth/callback';
  return {
    registration: {
      client_name: 'Gemini CLI MCP Client',
      redirect_uris: [redirect_uri],
      token_endpoint_auth_method: 'none',
      ...BOTH_GRANTS,
      scope,
    },
    authorization: {
      redirect_uri,
      state: STATE,
      ...(scope !== '' && { scope }),
      ...more,
      resource: MCP,
    },
    token: { ...more, resource: MCP },
    refresh: { ...(scope !== '' && { scope }), ...more, resource: MCP },
  };
}
