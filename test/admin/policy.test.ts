import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../lib/env.ts';
import { runCommandIn } from '../cli/run-command.ts';
import { createAdminApp, textOf, type AdminApp } from './support.ts';

const CLAUDE = 'https://claude.ai/api/mcp/auth_callback';
const OPTIONS = {
  scopesSupported: ['openid', 'offline_access', 'notes:read', 'notes:write', 'admin:all'],
  restrictedScopes: ['admin:*'],
  baselineClientScopes: ['offline_access'],
  baselineRules: [
    { name: 'claude', match: { redirect_host: 'claude.ai' }, scopes: ['notes:write'] },
  ],
};

const createApp = (): AdminApp => createAdminApp({ options: OPTIONS });

describe('the page of the policy', () => {
  it('has what is in effect', async () => {
    const text = textOf((await createApp().get('/policy')).text);
    for (const said of [
      'Registration DCR_REGISTRATION open',
      'Restricted scopes DCR_RESTRICTED_SCOPES admin:all',
      'Baseline, for every client DCR_BASELINE_SCOPES offline_access',
      'claude {&quot;redirect_host&quot;:[&quot;claude.ai&quot;]} notes:write',
    ]) {
      expect(text).toContain(said);
    }
  });

  it('has also what is in effect about clients, and nothing that is secret', async () => {
    const secret = 'the-secret-of-a-client-that-is-provisioned';
    const signing = 'a-secret-of-the-server-that-is-long-enough';
    const made = createAdminApp({
      options: {
        ...OPTIONS,
        secret: signing,
        refreshTokens: 'grant_type',
        confidentialClients: false,
        redirectHosts: ['claude.ai', '*.example.com'],
        invalidRedirectUris: 'drop',
        resources: ['https://api.example.com/mcp'],
        clientIdMetadataDocuments: {
          ...{ hosts: ['chatgpt.com'], deniedHosts: ['old.chatgpt.com'], allowHost: () => true },
        },
        clients: [
          {
            ...{ client_id: 'studio', client_secret: secret },
            redirect_uris: ['https://studio.example.com/callback'],
            scope: 'notes:read',
          },
        ],
      },
    });
    const { text: html } = await made.get('/policy');
    const text = textOf(html);
    for (const said of [
      `Issuer DCR_ISSUER ${made.server.metadata.issuer}`,
      'Resources DCR_RESOURCES https://api.example.com/mcp',
      'Refresh token DCR_REFRESH_TOKENS by the grant type',
      'Authentication DCR_CONFIDENTIAL_CLIENTS none',
      'Redirect hosts DCR_REDIRECT_HOSTS claude.ai *.example.com',
      'Bad redirect URIs DCR_INVALID_REDIRECT_URIS left out',
      'Documents DCR_CLIENT_ID_METADATA_DOCUMENTS on, of chatgpt.com, without old.chatgpt.com, as far as the app allows',
      'Clients of yours DCR_CLIENTS studio',
    ]) {
      expect(text).toContain(said);
    }
    for (const hidden of [secret, signing]) expect(html).not.toContain(hidden);
  });

  it('tells all that check tells, of the same settings', async () => {
    const env = {
      DCR_ISSUER: 'https://auth.example.com',
      DCR_SCOPES_SUPPORTED: OPTIONS.scopesSupported.join(' '),
      DCR_RESTRICTED_SCOPES: 'admin:*',
      DCR_BASELINE_SCOPES: 'offline_access',
      DCR_RESOURCES: 'https://auth.example.com/mcp',
      DCR_CLIENT_ID_METADATA_DOCUMENTS: 'true',
    };
    const { answer } = await runCommandIn(env, undefined, 'check', '--offline');
    const { options } = readEnvironment(env);
    const html = (await createAdminApp({ options }).get('/policy')).text;
    const facts = html.slice(html.indexOf('<table'), html.indexOf('</table>'));
    const rows = [...facts.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([row]) =>
      textOf(row.replace(/<code class="quiet">.*?<\/code>/, '')),
    );
    const [, , ...lines] = answer.slice(0, answer.indexOf('\nStore ')).split('\n');
    expect(rows).toEqual(lines.map((line) => line.replace(/ +/g, ' ')));
    expect(rows.length).toBeGreaterThan(15);
  });

  it.each([
    { name: 'no JSON', metadata: 'nonsense', says: 'This is not JSON.' },
    { name: 'a list', metadata: '[]', says: 'invalid_client_metadata' },
    {
      name: 'a scope that nobody can have',
      metadata: JSON.stringify({ redirect_uris: [CLAUDE], scope: 'admin:all' }),
      says: 'admin:all no it is restricted',
    },
    {
      name: 'a document, where none counts',
      metadata: JSON.stringify({ client_id: 'https://a.example/c', redirect_uris: [CLAUDE] }),
      says: 'client metadata documents do not count here',
    },
  ])('tells why it would refuse $name', async ({ metadata, says }) => {
    const { status, text } = await createApp().post('/policy', { metadata });
    expect(status).toBe(200);
    expect(textOf(text)).toContain(says);
    expect(textOf(text)).not.toContain('It would be taken.');
  });

  it('tells what would be registered, and registers nothing', async () => {
    const made = createApp();
    const metadata = JSON.stringify({ redirect_uris: [CLAUDE], scope: 'notes:read' });
    const text = textOf((await made.post('/policy', { metadata })).text);
    expect(text).toContain('It would be taken.');
    expect(text).toContain('notes:read asked for offline_access baseline notes:write baseline');
    expect((await made.server.clients.list({ used: false })).clients).toEqual([]);
  });

  it('shows what was typed as the text it is', async () => {
    const { text } = await createApp().post('/policy', { metadata: '</textarea><img src=x>' });
    expect(text).not.toContain('<img');
  });
});
