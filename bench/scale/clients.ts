/**
 * Clients as real ones register themselves, in the form in which they are kept.
 *
 * @module
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { ClientRecord, NewClient } from '../../dist/esm/index.js';
import { present } from '../present.ts';

type Metadata = ClientRecord['metadata'];

const NATIVE = {
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  application_type: 'native',
} as const satisfies Partial<Metadata>;

/** What they send, some with a port of their own. */
const KINDS: readonly ((port: number) => Metadata)[] = [
  () => ({
    ...NATIVE,
    client_name: 'Visual Studio Code',
    client_uri: 'https://code.visualstudio.com',
    redirect_uris: [
      'https://insiders.vscode.dev/redirect',
      'https://vscode.dev/redirect',
      'http://localhost/',
      'http://127.0.0.1/',
      'http://localhost:33418/',
      'http://127.0.0.1:33418/',
    ],
  }),
  (port) => ({
    ...NATIVE,
    client_name: 'Claude Code',
    redirect_uris: [`http://localhost:${port}/callback`],
  }),
  () => ({
    ...NATIVE,
    client_name: 'Cursor',
    redirect_uris: [
      'cursor://anysphere.cursor-mcp/oauth/callback',
      'https://www.cursor.com/agents/mcp/oauth/callback',
      'http://localhost:8787/callback',
    ],
  }),
  (port) => ({
    ...NATIVE,
    client_name: 'Codex',
    redirect_uris: [`http://127.0.0.1:${port}/callback`],
  }),
  (port) => ({
    ...NATIVE,
    client_name: 'MCP CLI Proxy',
    client_uri: 'https://github.com/punkpeye/mcp-remote',
    software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
    software_version: '0.15.1',
    redirect_uris: [`http://localhost:${port}/oauth/callback`],
  }),
  () => ({
    ...NATIVE,
    client_name: 'ChatGPT',
    application_type: 'web',
    redirect_uris: [`https://chatgpt.com/connector/oauth/${randomBytes(9).toString('base64url')}`],
  }),
];

/** Those of one policy. */
const POLICY = createHash('sha256').update('policy').digest('base64url');

export function newClient(nth: number): NewClient {
  const metadata = present(KINDS[nth % KINDS.length])(32_768 + (nth % 28_000));
  return {
    client_id: randomUUID(),
    client_id_issued_at: Math.floor(Date.now() / 1000),
    origin: 'registered',
    metadata,
    requested: 'mcp:tools',
    registered: {
      scopes: [
        { scope: 'mcp:tools', origin: 'requested' },
        { scope: 'offline_access', origin: { baseline: 'global' } },
      ],
      policy: POLICY,
    },
    registration_token: { digest: randomBytes(32).toString('base64url') },
  };
}
