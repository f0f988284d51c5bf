import { describe, expect, it } from '@jest/globals';
import { createAuditRecorder } from '../support/audit-recorder.ts';
import { register } from '../support/flow.ts';
import { createAdminApp, HOST, textOf, type AdminApp } from './support.ts';

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

async function registered({ app }: AdminApp, metadata: object = {}): Promise<string> {
  const { body } = await register(app, {
    client_name: 'Claude',
    redirect_uris: [CLAUDE],
    scope: 'notes:read',
    ...metadata,
  });
  return body.client_id as string;
}

describe('the page of clients', () => {
  it('says that there are none', async () => {
    const text = textOf((await createApp().get('/clients')).text);
    expect(text).toContain('No client.');
    expect(text).toContain('0 clients looked at.');
  });

  it('has what each asked for, what was added and what it may ask for side by side, with the reasons', async () => {
    const made = createApp();
    const id = await registered(made);
    const { text } = await made.get('/clients?used=no');
    expect(textOf(text)).toContain(
      `Claude ${id} claude.ai notes:read offline_access notes:write notes:read asked for offline_access baseline notes:write baseline, rule &quot;claude&quot; never`,
    );
    expect(text).toContain(`href="/internal/oauth/client?id=${id}"`);
  });

  it.each([
    { query: 'name=cla*', found: true },
    { query: 'name=code*', found: false },
    { query: 'host=claude.ai', found: true },
    { query: 'host=evil.example', found: false },
    { query: 'scope=notes:write', found: true },
    { query: 'scope=openid', found: false },
    { query: 'rule=claude', found: true },
    { query: 'rule=global', found: true },
    { query: 'rule=hook', found: false },
  ])('finds by $query: $found', async ({ query, found }) => {
    const made = createApp();
    const id = await registered(made);
    const { text, status } = await made.get(`/clients?used=no&${query}`);
    expect({ status, found: text.includes(id) }).toEqual({ status: 200, found });
  });

  it.each(['host=not%20a%20host', 'cursor=nonsense'])(
    'says what it cannot look for: %s',
    async (query) => {
      const { status, text } = await createApp().get(`/clients?${query}`);
      expect(status).toBe(400);
      expect(text).toMatch(/<p class="bad" role="alert">[^<]+<\/p>/);
    },
  );

  it('goes on where a page has ended, with the same search', async () => {
    const made = createApp();
    for (let i = 0; i < 60; i += 1) await registered(made, { client_name: `App ${String(i)}` });
    const first = await made.get('/clients?used=no&name=App*');
    const onward = /<a href="\/internal\/oauth(\/clients\?[^"]+)">Go on<\/a>/.exec(first.text)?.[1];
    const second = await made.get((onward ?? '').replaceAll('&amp;', '&'));
    const idsOn = (html: string): string[] =>
      [...html.matchAll(/client\?id=([\w-]{36})/g)].map(([, id]) => id ?? '');
    const all = [...idsOn(first.text), ...idsOn(second.text)];
    expect(new Set(all).size).toBe(60);
    expect(second.text).toContain('value="App*"');
  });

  it('says which of them are blocked', async () => {
    const made = createApp();
    const id = await registered(made);
    expect((await made.get('/clients?used=no')).text).not.toContain('blocked</span>');
    await made.server.clients.block(id);
    expect((await made.get('/clients?used=no')).text).toContain('<span class="bad">blocked</span>');
  });

  it('shows hostile names as the text they are', async () => {
    const made = createApp();
    const id = await registered(made, { client_name: '"><img src=x onerror=alert(1)>' });
    for (const path of ['/clients?used=no', `/client?id=${id}`]) {
      const { text } = await made.get(path);
      expect(text).not.toContain('<img');
      expect(text).toContain('&lt;img src=x');
    }
    const { text } = await made.get('/clients?name=%22%3E%3Cimg%3E&scope=%3Cb%3E');
    expect(text).not.toMatch(/<img|<b>(?!\d)/);
  });
});

describe('the page of one client', () => {
  it.each(['', 'nobody', '0f0e0d0c-0b0a-4909-8807-060504030201', '../clients'])(
    'says that there is no %j',
    async (id) => {
      const { status, text } = await createApp().get(`/client?id=${encodeURIComponent(id)}`);
      expect(status).toBe(404);
      expect(textOf(text)).toContain('There is no client with this id');
    },
  );

  it('explains every scope, what would help and what can be done', async () => {
    const made = createApp();
    const text = textOf((await made.get(`/client?id=${await registered(made)}`)).text);
    for (const said of [
      'notes:read yes the client registered with it',
      'offline_access yes the baseline adds it for every client',
      'notes:write yes baseline rule &quot;claude&quot; adds it for this client',
      'openid no the client asked for other scopes, and the baseline does not add it',
      'admin:all no it is restricted',
      'none (public)',
      'never: nobody has allowed it anything',
      'works on, until it expires, at routes without checkRevocation: true',
    ]) {
      expect(text).toContain(said);
    }
  });

  it('blocks it and lets it in again, and says so', async () => {
    const made = createApp();
    const id = await registered(made);
    const blocked = await made.post('/client/block', { id, reason: 'phishing <b>' });
    expect(blocked.status).toBe(303);
    const page = await made.get((blocked.headers['location'] ?? '').replace('/internal/oauth', ''));
    expect(textOf(page.text)).toContain('The client is blocked, and its grants have ended.');
    expect(page.text).toContain('phishing &lt;b&gt;');
    expect(await made.server.clients.get(id)).toMatchObject({
      blocked: { reason: 'phishing <b>' },
    });
    expect(page.text).not.toContain('/client/block"');
    const unblocked = await made.post('/client/unblock', { id });
    expect(unblocked.status).toBe(303);
    expect(await made.server.clients.get(id)).not.toHaveProperty('blocked');
  });

  it('tells of what was done, with the name of who did it where the host has said it', async () => {
    for (const operator of ['alice', undefined]) {
      const audit = createAuditRecorder();
      const made = createAdminApp(
        { options: { ...OPTIONS, onEvent: audit.onEvent } },
        { authorize: async () => (operator === undefined ? true : { operator }) },
      );
      const id = await registered(made);
      audit.forget();
      for (const act of ['block', 'unblock', 'delete']) {
        expect((await made.post(`/client/${act}`, { id, sure: 'yes' })).status).toBe(303);
      }
      expect(audit.events.map((event) => [event.name, event.by, event.operator])).toEqual([
        ['client.blocked', 'operator', operator],
        ['client.unblocked', 'operator', operator],
        ['client.deleted', 'operator', operator],
      ]);
    }
  });

  it('says which software it is, and until when all that it had is over', async () => {
    const made = createApp();
    const software = { software_id: '4NRB1-0XZABZI9E6-5SM3R', software_version: '2.1 <b>' };
    const id = await registered(made, software);
    const before = textOf((await made.get(`/client?id=${id}`)).text);
    expect(before).toContain(
      'Software ID 4NRB1-0XZABZI9E6-5SM3R Software version 2.1 &lt;b&gt; Authentication',
    );
    expect(before).not.toContain('Grants ended');
    await made.server.clients.block(id);
    await made.server.clients.unblock(id);
    const { grantsEndedAt } = (await made.server.clients.get(id)) ?? {};
    expect(textOf((await made.get(`/client?id=${id}`)).text)).toContain(
      `Grants ended all from before ${grantsEndedAt?.toISOString() ?? ''} Origin`,
    );
  });

  it('names what would help by its variable, and the option once', async () => {
    const made = createApp();
    const text = textOf((await made.get(`/client?id=${await registered(made)}`)).text);
    expect(text).toContain('DCR_BASELINE_SCOPES : add it, if every client may ask people for it');
    expect(text.match(/baselineClientScopes/g)).toHaveLength(1);
    expect(text).toContain('In code, DCR_BASELINE_SCOPES is baselineClientScopes , ');
  });

  it.each(['constructor', '__proto__', 'blocked%20', '%3Cb%3E'])(
    'says nothing that the address makes up: %s',
    async (done) => {
      const made = createApp();
      const { text } = await made.get(`/client?id=${await registered(made)}&done=${done}`);
      expect(text).not.toContain('role="status"');
    },
  );

  it.each([
    { act: 'block', form: { id: '' }, status: 400 },
    { act: 'block', form: { id: 'x', reason: 'a'.repeat(201) }, status: 400 },
    { act: 'unblock', form: { id: 'x'.repeat(2049) }, status: 400 },
    { act: 'delete', form: { id: 'x'.repeat(2049), sure: 'yes' }, status: 404 },
  ])('does nothing to what is none: $act', async ({ act, form, status }) => {
    expect((await createApp().post(`/client/${act}`, form)).status).toBe(status);
  });

  it('deletes it when that is meant', async () => {
    const made = createApp();
    const id = await registered(made);
    expect((await made.post('/client/delete', { id })).headers['location']).toContain(
      '/client?id=',
    );
    expect(await made.server.clients.get(id)).toBeDefined();
    const done = await made.post('/client/delete', { id, sure: 'yes' });
    expect(done.headers['location']).toBe('/internal/oauth/clients');
    expect(await made.server.clients.get(id)).toBeUndefined();
    expect((await made.post('/client/delete', { id, sure: 'yes' })).status).toBe(404);
  });

  it('does nothing for a form of another site', async () => {
    const made = createApp();
    const id = await registered(made);
    for (const action of ['block', 'delete']) {
      const answer = await made
        .post(`/client/${action}`, { id, sure: 'yes' })
        .set({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', host: HOST });
      expect(answer.status).toBe(403);
    }
    expect(await made.server.clients.get(id)).not.toHaveProperty('blocked');
  });

  it('shows nothing that a client could be played with', async () => {
    const made = createApp();
    const { body } = await register(made.app, {
      redirect_uris: [CLAUDE],
      token_endpoint_auth_method: 'client_secret_basic',
    });
    const { client_id, client_secret, registration_access_token } = body as Record<string, string>;
    const { text } = await made.get(`/client?id=${client_id ?? ''}`);
    expect(text).toContain(client_id);
    for (const secret of [client_secret, registration_access_token]) {
      expect(text).not.toContain(secret);
    }
    expect(text).not.toMatch(/digest/i);
  });
});
