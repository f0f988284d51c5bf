/**
 * What clients in the field were seen to send, as far as a setting can shut them out.
 *
 * Seen or reported in 2026; clients change. What is only one version's habit is said to be so.
 *
 * @module
 */
import { OFFLINE_ACCESS, type Scope } from '../protocol/scope.ts';
import {
  allowHosts,
  DROP_REDIRECT_URIS,
  DROP_SCOPES,
  IN_BASELINE,
  noSecretFor,
  SECRETS,
  support,
  WIDER_CEILING,
  type Remedy,
} from './remedies.ts';

/** What clients do, from their registration to the authorization request. */
export interface KnownHabit {
  readonly clients: readonly string[];
  /** Goes on after "clients that". */
  readonly that: string;
  /**
   * What they register with. Without redirect URIs, where redirects lead is not what it is about.
   *
   * @param offered - The scopes that the server metadata lists.
   */
  readonly registers: (offered: readonly Scope[]) => {
    readonly redirect_uris?: readonly string[];
    readonly scope?: string;
    readonly token_endpoint_auth_method?: string;
    readonly grant_types?: readonly string[];
  };
  /** What they ask for when the person logs in; absent: what they registered with. */
  readonly asks?: (offered: readonly Scope[]) => readonly Scope[];
  /** Whether they stop at a secret that they did not ask for. */
  readonly wantsNoSecret?: true;
  /** What may let them in, the narrowest first. */
  readonly remedies: readonly Remedy[];
}

const IDENTITY = ['openid', 'email', 'profile'];
const OF_OPENID = [...IDENTITY, 'address', 'phone', OFFLINE_ACCESS];

/** The scopes of the host's own API, without those that every server may have. */
function ownScopes(offered: readonly Scope[]): readonly Scope[] {
  return offered.filter((scope) => !OF_OPENID.includes(scope));
}

/** One scope, as a challenge names it. */
function oneOf(offered: readonly Scope[]): readonly Scope[] {
  const [first] = [...ownScopes(offered), ...offered];
  return first === undefined ? [] : [first];
}

const CLAUDE_CALLBACK = 'https://claude.ai/api/mcp/auth_callback';

export const KNOWN_HABITS: readonly KnownHabit[] = [
  {
    clients: ['mcp-remote'],
    that: 'ask for openid, email and profile whatever the server lists',
    registers: () => ({ scope: IDENTITY.join(' ') }),
    asks: () => IDENTITY,
    remedies: [DROP_SCOPES, support(...IDENTITY)],
  },
  {
    clients: ['Claude Code', 'VS Code', 'MCP TypeScript SDK 2'],
    that: 'register without offline_access and ask for it when the person logs in',
    registers: (offered) => ({ scope: oneOf(offered).join(' ') }),
    asks: (offered) => [...oneOf(offered), ...offered.filter((scope) => scope === OFFLINE_ACCESS)],
    remedies: [IN_BASELINE, WIDER_CEILING],
  },
  {
    clients: ['Codex', 'ChatGPT', 'MCP TypeScript SDK 2'],
    that: 'register with one scope and later ask for others of the API',
    registers: (offered) => ({ scope: oneOf(offered).join(' ') }),
    asks: ownScopes,
    remedies: [IN_BASELINE, WIDER_CEILING],
  },
  {
    clients: ['Gemini CLI', 'Codex (older versions)'],
    that: 'register without a scope and ask for every one that the server lists',
    registers: () => ({ scope: '' }),
    asks: (offered) => offered,
    remedies: [IN_BASELINE, WIDER_CEILING],
  },
  {
    clients: ['Cursor'],
    that: 'register a scheme of their own, an https address and one on loopback at once',
    registers: () => ({
      redirect_uris: [
        'cursor://anysphere.cursor-mcp/oauth/callback',
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'http://localhost:8787/callback',
      ],
    }),
    remedies: [allowHosts('cursor:', 'www.cursor.com', 'localhost'), DROP_REDIRECT_URIS],
  },
  {
    clients: ['VS Code'],
    that: 'register addresses at vscode.dev and on loopback at once',
    registers: () => ({
      redirect_uris: [
        'https://insiders.vscode.dev/redirect',
        'https://vscode.dev/redirect',
        'http://localhost/',
        'http://127.0.0.1/',
        'http://localhost:33418/',
        'http://127.0.0.1:33418/',
      ],
      grant_types: [
        'authorization_code',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
    }),
    remedies: [
      allowHosts('vscode.dev', '*.vscode.dev', 'localhost', '127.0.0.1'),
      DROP_REDIRECT_URIS,
    ],
  },
  {
    clients: ['Claude Code', 'mcp-remote'],
    that: 'are called back at localhost',
    registers: () => ({ redirect_uris: ['http://localhost:42851/callback'] }),
    remedies: [allowHosts('localhost')],
  },
  {
    clients: ['Codex', 'opencode', 'GitHub Copilot CLI'],
    that: 'are called back at 127.0.0.1',
    registers: () => ({ redirect_uris: ['http://127.0.0.1:38595/callback'] }),
    remedies: [allowHosts('127.0.0.1')],
  },
  {
    clients: ['ChatGPT'],
    that: 'are called back at chatgpt.com, at another address for each connector',
    registers: () => ({ redirect_uris: ['https://chatgpt.com/connector/oauth/one'] }),
    remedies: [allowHosts('chatgpt.com')],
  },
  {
    clients: ['Copilot Studio', 'Power Platform'],
    that: 'are called back at global.consent.azure-apim.net, at another address for each tool',
    registers: () => ({ redirect_uris: ['https://global.consent.azure-apim.net/redirect/one'] }),
    remedies: [allowHosts('global.consent.azure-apim.net')],
  },
  {
    clients: ['claude.ai', 'Claude Desktop'],
    that: 'are called back at claude.ai and stop at a secret that they did not ask for',
    registers: () => ({
      redirect_uris: [CLAUDE_CALLBACK],
      token_endpoint_auth_method: 'none',
    }),
    wantsNoSecret: true,
    remedies: [allowHosts('claude.ai'), noSecretFor(CLAUDE_CALLBACK)],
  },
  {
    clients: ['Perplexity', 'some connectors of claude.ai'],
    that: 'want a client secret',
    registers: () => ({ token_endpoint_auth_method: 'client_secret_post' }),
    remedies: [SECRETS],
  },
];
