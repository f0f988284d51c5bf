import { describe, expect, it } from '@jest/globals';
import { runCommandIn } from './run-command.ts';

const SCOPES = 'openid profile email offline_access notes:read notes:write';
/** Lets every client in that is known. */
const GENEROUS = {
  DCR_ISSUER: 'https://auth.example.com',
  DCR_SCOPES_SUPPORTED: SCOPES,
  DCR_BASELINE_SCOPES: 'offline_access notes:write',
  DCR_REFRESH_TOKENS: 'grant_type',
};

interface Found {
  readonly shutOut: { clients: string[]; error: string; remedy?: string }[];
  readonly needs: { clients: string[]; isShutOut: boolean; effect: string; remedy?: string }[];
}

async function found(env: Record<string, string>): Promise<Found> {
  const outcome = await runCommandIn({ ...GENEROUS, ...env }, undefined, 'check', '--json');
  return JSON.parse(outcome.answer) as Found;
}

it('finds nobody shut out or worse off where nobody is', async () => {
  expect(await found({})).toMatchObject({ shutOut: [], needs: [] });
});

describe('clients that a setting shuts out', () => {
  it.each<{ name: string; env: Record<string, string>; client: string; remedy?: string }>([
    {
      name: 'scopes that are not supported',
      env: { DCR_SCOPES_SUPPORTED: 'openid offline_access notes:write' },
      client: 'mcp-remote',
      remedy: 'DCR_UNSUPPORTED_SCOPES=drop',
    },
    {
      name: 'scopes none of which is supported',
      env: { DCR_SCOPES_SUPPORTED: 'offline_access notes:write' },
      client: 'mcp-remote',
      remedy: "DCR_SCOPES_SUPPORTED='offline_access notes:write openid email profile'",
    },
    {
      name: 'a baseline without offline_access',
      env: { DCR_BASELINE_SCOPES: '' },
      client: 'Claude Code',
      remedy: 'DCR_BASELINE_SCOPES=offline_access',
    },
    {
      name: 'a baseline without the scopes of the API',
      env: { DCR_BASELINE_SCOPES: 'offline_access' },
      client: 'ChatGPT',
      remedy: "DCR_BASELINE_SCOPES='offline_access notes:write'",
    },
    {
      name: 'narrow defaults',
      env: { DCR_DEFAULT_SCOPES: 'notes:read' },
      client: 'Gemini CLI',
      remedy: "DCR_BASELINE_SCOPES='offline_access notes:write openid profile email'",
    },
    {
      name: 'narrow defaults, with more than a baseline holds',
      env: {
        DCR_SCOPES_SUPPORTED: `${SCOPES} a b c d e f g h`,
        DCR_DEFAULT_SCOPES: 'notes:read',
      },
      client: 'Gemini CLI',
      remedy: 'DCR_SCOPE_CEILING=supported',
    },
    {
      name: 'redirect hosts without its scheme',
      env: { DCR_REDIRECT_HOSTS: 'localhost www.cursor.com' },
      client: 'Cursor',
      remedy: "DCR_REDIRECT_HOSTS='localhost www.cursor.com cursor:'",
    },
    {
      name: 'redirect hosts without vscode.dev',
      env: { DCR_REDIRECT_HOSTS: 'localhost 127.0.0.1' },
      client: 'VS Code',
      remedy: "DCR_REDIRECT_HOSTS='localhost 127.0.0.1 vscode.dev *.vscode.dev'",
    },
    ...[
      ['localhost', 'Claude Code'],
      ['127.0.0.1', 'Codex'],
      ['chatgpt.com', 'ChatGPT'],
      ['global.consent.azure-apim.net', 'Copilot Studio'],
      ['claude.ai', 'claude.ai'],
    ].map(([host = '', client = '']) => ({
      name: `redirect hosts without ${host}`,
      env: { DCR_REDIRECT_HOSTS: 'app.example.com' },
      client,
      remedy: `DCR_REDIRECT_HOSTS='app.example.com ${host}'`,
    })),
    {
      name: 'a secret that it did not ask for',
      env: { DCR_FORCE_CONFIDENTIAL_REDIRECT_URIS: 'https://claude.ai/api/mcp/auth_callback' },
      client: 'claude.ai',
      remedy: "DCR_FORCE_CONFIDENTIAL_REDIRECT_URIS=''",
    },
    {
      name: 'no secrets at all',
      env: { DCR_CONFIDENTIAL_CLIENTS: 'false' },
      client: 'Perplexity',
      remedy: 'DCR_CONFIDENTIAL_CLIENTS=true',
    },
  ])('$name: $client, and what accepts it', async ({ env, client, remedy }) => {
    const { shutOut } = await found(env);
    expect(shutOut.filter(({ clients }) => clients.includes(client))).toContainEqual(
      expect.objectContaining({ remedy }),
    );
  });

  it('says it in one line', async () => {
    const env = { ...GENEROUS, DCR_SCOPES_SUPPORTED: 'openid offline_access notes:write' };
    const { answer } = await runCommandIn(env, undefined, 'check');
    expect(answer).toContain(
      'mcp-remote: clients that ask for openid, email and profile whatever the server lists will be refused (invalid_client_metadata: scope contains a value that is not in scopes_supported); DCR_UNSUPPORTED_SCOPES=drop accepts them',
    );
  });
});

describe('what a setting takes from clients', () => {
  const documents = (hosts: Record<string, string>): Record<string, string> => ({
    DCR_CLIENT_ID_METADATA_DOCUMENTS: 'true',
    ...hosts,
  });

  it.each<{ name: string; env: Record<string, string>; says: RegExp; remedy?: string }>([
    {
      name: 'pushed requests are required',
      env: { DCR_REQUIRE_PUSHED_AUTHORIZATION_REQUESTS: 'true' },
      says: /none pushes/,
      remedy: 'DCR_REQUIRE_PUSHED_AUTHORIZATION_REQUESTS=false',
    },
    {
      name: 'registration is off',
      env: { DCR_REGISTRATION: 'off' },
      says: /^cannot register by itself$/,
      remedy: 'DCR_REGISTRATION=open',
    },
    {
      name: 'registration is off and documents are on',
      env: documents({ DCR_REGISTRATION: 'off' }),
      says: /but for those that are known by a metadata document/,
      remedy: 'DCR_REGISTRATION=open',
    },
    {
      name: 'the host of a document does not count',
      env: documents({ DCR_CLIENT_ID_METADATA_DOCUMENT_HOSTS: 'claude.ai' }),
      says: /at chatgpt\.com/,
      remedy: "DCR_CLIENT_ID_METADATA_DOCUMENT_HOSTS='claude.ai chatgpt.com'",
    },
    {
      name: 'the host of a document is denied',
      env: documents({ DCR_CLIENT_ID_METADATA_DOCUMENT_DENIED_HOSTS: 'chatgpt.com' }),
      says: /at chatgpt\.com/,
    },
    {
      name: 'there are several resources',
      env: { DCR_RESOURCES: '/mcp /other' },
      says: /invalid_target/,
    },
    {
      name: 'offline_access is not listed',
      env: { DCR_SCOPES_SUPPORTED: 'notes:read', DCR_BASELINE_SCOPES: '' },
      says: /only where offline_access is listed: people log in again each 3600 s/,
      remedy: "DCR_SCOPES_SUPPORTED='notes:read offline_access'",
    },
    {
      name: 'refresh tokens take offline_access',
      env: { DCR_REFRESH_TOKENS: 'offline_access', DCR_ACCESS_TOKEN_TTL: '15m' },
      says: /no refresh token: people log in again each 900 s/,
      remedy: 'DCR_REFRESH_TOKENS=grant_type',
    },
    {
      name: 'a network may register seldom',
      env: { DCR_RATE_LIMIT_REGISTER: '10/1h' },
      says: /too seldom/,
      remedy: 'DCR_RATE_LIMIT_EXEMPT=160.79.104.0/21',
    },
  ])('tells it when $name', async ({ env, says, remedy }) => {
    const { needs } = await found(env);
    const need = needs.find(({ effect }) => says.test(effect));
    expect(need).toBeDefined();
    expect(need?.remedy).toBe(remedy);
  });

  it.each([
    { hosts: 'chatgpt.com', missed: { 'Claude Code': 'claude.ai', 'VS Code': 'vscode.dev' } },
    {
      hosts: 'claude.ai vscode.dev',
      missed: { Codex: 'chatgpt.com', ChatGPT: 'chatgpt.com' },
    },
    { hosts: 'chatgpt.com claude.ai vscode.dev', missed: {} },
  ])('names each client with a document elsewhere than at $hosts', async ({ hosts, missed }) => {
    const { needs } = await found(documents({ DCR_CLIENT_ID_METADATA_DOCUMENT_HOSTS: hosts }));
    const told = needs
      .filter(({ effect }) => effect.includes('metadata document at'))
      .map(({ clients: [client], isShutOut, effect, remedy }) => ({
        ...{ client, isShutOut, remedy },
        host: /document at (\S+) where/.exec(effect)?.[1],
      }));
    expect(told).toEqual(
      Object.entries(missed).map(([client, host]) => ({
        ...{ client, host, isShutOut: true },
        remedy: `DCR_CLIENT_ID_METADATA_DOCUMENT_HOSTS='${hosts} ${host}'`,
      })),
    );
  });
});
