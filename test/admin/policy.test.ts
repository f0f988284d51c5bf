import { describe, expect, it } from '@jest/globals';
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
