import { describe, expect, it } from '@jest/globals';
import { Browser, createPkce, locationOf, register } from '../support/flow.ts';
import { expectApiError, expectErrorPage } from './support/expect.ts';
import { createWatchedApp, type WatchedApp } from './support/watched-app.ts';

/** In two parts: lint takes the whole for a program. */
const SCRIPT = 'javascript';

const CURSOR = [
  'cursor://anysphere.cursor-mcp/oauth/callback',
  'https://www.cursor.com/agents/mcp/oauth/callback',
  'http://localhost:8787/callback',
] as const;
const BAD = [`${SCRIPT}:alert(1)`, 'http://www.cursor.com/callback', 'https://auth.example.com/t'];
const WEB = 'https://app.example.com/cb';

const dropping = (options: object = {}): WatchedApp =>
  createWatchedApp({
    options: { invalidRedirectUris: 'drop', paths: { token: '/t' }, ...options },
  });

const REASON = 'redirect URIs left out';

function leftOut({ log }: WatchedApp): unknown[] {
  return log.entries
    .filter(({ message }) => message === REASON)
    .map(({ level, fields }) => ({ level, ...fields }));
}

describe("POST /oauth/register with invalidRedirectUris: 'drop'", () => {
  it.each([
    { name: 'none that is good', redirect_uris: BAD },
    { name: 'eleven', redirect_uris: Array.from({ length: 11 }, (_, i) => `${WEB}/${i}`) },
    { name: 'one that is no text', redirect_uris: [WEB, 1] },
    { name: 'one that is empty', redirect_uris: [WEB, ''] },
    { name: 'none at all', redirect_uris: [] },
    { name: 'no list', redirect_uris: WEB },
    {
      name: 'loopback alone, and a secret',
      redirect_uris: [CURSOR[2]],
      token_endpoint_auth_method: 'client_secret_post',
    },
  ])('refuses who has $name, and keeps nothing (REG-28)', async ({ name, ...metadata }) => {
    const made = dropping();
    expectApiError(await register(made.app, metadata), 400, 'invalid_redirect_uri');
    expect(made.store.writes).toEqual([]);
    expect({ name, leftOut: leftOut(made) }).toEqual({ name, leftOut: [] });
  });

  it('answers with what is kept, and keeps what it answers', async () => {
    const made = dropping();
    const redirect_uris = [BAD[0], CURSOR[0], BAD[1], CURSOR[1], BAD[2], CURSOR[2]];
    const { status, body } = await register(made.app, { redirect_uris });
    expect(status).toBe(201);
    expect(body).toMatchObject({ redirect_uris: CURSOR, token_endpoint_auth_method: 'none' });
    expect(body).not.toHaveProperty('client_secret');
    const { client_id } = body as { client_id: string };
    expect((await made.store.clients.find(client_id))?.metadata.redirect_uris).toEqual(CURSOR);
    const hosts = [`${SCRIPT}://`, 'http://www.cursor.com', 'https://auth.example.com'];
    expect(leftOut(made)).toEqual([{ level: 'debug', client_id, hosts }]);
  });

  it('says nothing when nothing was left out, also of one that came twice', async () => {
    const made = dropping();
    const { body } = await register(made.app, { redirect_uris: [...CURSOR, CURSOR[0]] });
    expect(body).toMatchObject({ redirect_uris: CURSOR });
    expect(leftOut(made)).toEqual([]);
  });

  it.each([
    { name: 'who asks for a secret', options: {}, method: 'client_secret_basic' },
    {
      name: 'who has to have one',
      options: { forceConfidentialRedirectUris: [CURSOR[1]] },
      method: 'none',
    },
  ])('keeps of Cursor only https for $name', async ({ options, method }) => {
    const { app } = dropping(options);
    const { status, body } = await register(app, {
      redirect_uris: CURSOR,
      token_endpoint_auth_method: method,
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      redirect_uris: [CURSOR[1]],
      token_endpoint_auth_method: method === 'none' ? 'client_secret_post' : method,
      client_secret: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it('lets only what is kept be used (URI-01)', async () => {
    const made = dropping();
    const { body } = await register(made.app, { redirect_uris: [...CURSOR, ...BAD] });
    const { client_id } = body as { client_id: string };
    made.store.forget();
    for (const redirect_uri of BAD) {
      const browser = new Browser(made.app, 'alice');
      const answer = await browser.authorize(client_id, createPkce(), { redirect_uri });
      expectErrorPage(answer, 400, 'invalid_request');
    }
    expect(made.store.writes).toEqual([]);
    for (const redirect_uri of CURSOR) {
      const browser = new Browser(made.app, 'alice');
      const answer = await browser.authorize(client_id, createPkce(), { redirect_uri });
      expect(answer.status).toBe(302);
      expect(locationOf(answer)).toMatch(/^\/oauth\/consent\?/);
    }
  });

  it('lets redirect_uri be left out when one is kept that is a whole address', async () => {
    const { app } = dropping();
    const { body } = await register(app, { redirect_uris: [WEB, ...BAD] });
    const { client_id } = body as { client_id: string };
    const more = { redirect_uri: undefined };
    const answer = await new Browser(app, 'alice').authorize(client_id, createPkce(), more);
    expect(locationOf(answer)).toMatch(/^\/oauth\/consent\?/);
  });

  it('names neither path nor user nor query of what it left out (LOG-01)', async () => {
    const made = dropping();
    const secret = [
      'https://user:hunter2@x.example/hunter2',
      'http://x.example/?t=hunter2#hunter2',
    ];
    expect((await register(made.app, { redirect_uris: [WEB, ...secret] })).status).toBe(201);
    expect(leftOut(made)).toMatchObject([{ hosts: ['https://x.example', 'http://x.example'] }]);
    expect(made.log.text()).not.toContain('hunter2');
  });

  it.each(['\n', '\r\n', '\u0085', '\u2028', '\u001b[2J', '\u202e', '\0'])(
    'has no %j of what it left out in the log (LOG-01)',
    async (character) => {
      const made = dropping();
      const forged = `https://a.example/${character}{"level":"info"}`;
      const long = `http://a.example/${'a'.repeat(3000)}`;
      const { status } = await register(made.app, { redirect_uris: [WEB, forged, long] });
      expect(status).toBe(201);
      expect(leftOut(made)).toMatchObject([{ hosts: ['https://a.example', 'http://a.example'] }]);
    },
  );
});

describe("POST /oauth/register with invalidRedirectUris: 'reject'", () => {
  it.each([{}, { invalidRedirectUris: 'reject' }] as const)(
    'keeps none when one is bad: %j',
    async (options) => {
      const made = createWatchedApp({ options });
      const answer = await register(made.app, { redirect_uris: [...CURSOR, BAD[1]] });
      expectApiError(answer, 400, 'invalid_redirect_uri');
      expect(made.store.writes).toEqual([]);
      expect(leftOut(made)).toEqual([]);
      expect((await register(made.app, { redirect_uris: CURSOR })).body).toMatchObject({
        redirect_uris: CURSOR,
      });
    },
  );
});
