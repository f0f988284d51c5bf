import { describe, expect, it } from '@jest/globals';
import { ISSUER } from '../support/app.ts';
import {
  authorizationQuery,
  Browser,
  createPkce,
  locationOf,
  redirectParameters,
  registeredClientId,
  type Query,
} from '../support/flow.ts';
import { expectErrorPage, PAGE_HEADERS } from './support/expect.ts';
import { openPage } from './support/consent.ts';
import { FORM_TYPE, send, type Answer } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

const AUTHORIZE = '/oauth/authorize';
const ELSEWHERE = { Origin: 'https://app.example.com', 'Sec-Fetch-Site': 'cross-site' };

async function prepared(issuer = ISSUER) {
  const made = createWatchedApp({ options: { issuer } });
  const id = await registeredClientId(made.app);
  made.store.forget();
  return { ...made, id, query: authorizationQuery(id, createPkce()) };
}

/** What the form of another site makes a browser send. */
function post(
  { app }: Pick<Awaited<ReturnType<typeof prepared>>, 'app'>,
  body: string,
  headers: Readonly<Record<string, string>> = ELSEWHERE,
): Promise<Answer> {
  return send(app, 'POST', AUTHORIZE, { headers: { ...FORM_TYPE, ...headers }, body });
}

describe('POST /oauth/authorize: a form of another site', () => {
  it.each(['cross-site', 'same-site'])(
    'that comes without our cookie (%s) is sent on as a GET with the same parameters',
    async (site) => {
      const made = await prepared();
      const answer = await post(made, made.query, { 'Sec-Fetch-Site': site });
      expect(answer).toMatchObject({ status: 303, text: '', headers: PAGE_HEADERS });
      expect(answer.headers).not.toHaveProperty('set-cookie');
      const [path, query] = (answer.headers.location ?? '').split('?');
      expect(path).toBe(AUTHORIZE);
      expect([...new URLSearchParams(query)]).toEqual([...new URLSearchParams(made.query)]);
      expect(made.store.writes).toEqual([]);
    },
  );

  it('goes on there in the browser that has a page open already, and both pages work', async () => {
    const made = await prepared();
    const browser = new Browser(made.app, 'alice');
    const open = await openPage(browser, made.id);
    const cookie = browser.cookie();
    const { headers } = await post(made, made.query, { ...ELSEWHERE, Cookie: 'person=alice' });
    const begun = await browser.get(headers.location ?? '');
    expect(begun.status).toBe(302);
    expect(browser.cookie()).toBe(cookie);
    for (const url of [open.url, locationOf(begun)]) {
      expect(redirectParameters(await browser.submit(url, 'allow'))).toHaveProperty('code');
    }
  });

  it('is sent on below the path of the issuer', async () => {
    const made = await prepared('https://example.com/auth');
    const { headers } = await post(made, made.query);
    expect(headers.location).toMatch(/^\/auth\/oauth\/authorize\?response_type=code&client_id=/);
  });

  it('goes on directly with our cookie', async () => {
    const made = await prepared();
    const browser = new Browser(made.app, 'alice');
    await browser.authorize(made.id, createPkce());
    const answer = await post(made, made.query, { ...ELSEWHERE, Cookie: browser.cookie() });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toMatch(/^\/oauth\/consent\?/);
    expect(answer.headers).not.toHaveProperty('set-cookie');
  });

  it.each(['x', 'A'.repeat(42), `${'A'.repeat(43)}; NAME=${'B'.repeat(43)}`])(
    'is sent on as well with a cookie that counts for none: %s',
    async (value) => {
      const made = await prepared();
      const browser = new Browser(made.app);
      await browser.authorize(made.id, createPkce());
      const [name = ''] = browser.cookie().split('=');
      const Cookie = `${name}=${value.replace('NAME', name)}`;
      const answer = await post(made, made.query, { ...ELSEWHERE, Cookie });
      expect(answer.headers.location).toMatch(/^\/oauth\/authorize\?/);
      expect(answer.headers).not.toHaveProperty('set-cookie');
    },
  );

  it.each([{}, { 'Sec-Fetch-Site': 'same-origin' }, { 'Sec-Fetch-Site': 'none' }])(
    'is none with %j: it goes on directly, with a new cookie',
    async (headers: Record<string, string>) => {
      const made = await prepared();
      const answer = await post(made, made.query, headers);
      expect(answer.headers.location).toMatch(/^\/login\?/);
      expect(answer.headers['set-cookie']).toEqual([expect.stringMatching(/^__Host-dcr-/)]);
    },
  );

  it('is no way around anything: a parameter given twice is given twice again', async () => {
    const made = await prepared();
    const answer = await post(made, `${made.query}&redirect_uri=https%3A%2F%2Fevil.example`);
    const location = answer.headers.location ?? '';
    expect(new URLSearchParams(location.split('?')[1]).getAll('redirect_uri')).toHaveLength(2);
    expectErrorPage(await send(made.app, 'GET', location), 400, 'invalid_request');
  });

  it.each([
    { length: 8192, status: 303 },
    { length: 8193, status: 413 },
    { length: 60_000, status: 413 },
  ])('of $length characters is $status', async ({ length, status }) => {
    const made = await prepared();
    const body = `${made.query}&x=`.padEnd(length, 'a');
    const answer = await post(made, body);
    expect(answer.status).toBe(status);
    expect(answer.headers).not.toHaveProperty('set-cookie');
    if (status === 413) expectErrorPage(answer, 413, 'invalid_request');
    else expect((await send(made.app, 'GET', answer.headers.location ?? '')).status).toBe(302);
    expect(made.store.writes).toEqual(status === 413 ? [] : ['authorizations.insert']);
  });
});

describe('/oauth/authorize: a request that is refused', () => {
  const unknown = '00000000-0000-4000-8000-000000000000';

  it.each<{ name: string; more: Query }>([
    { name: 'an unknown client', more: { client_id: unknown } },
    { name: 'no client', more: { client_id: undefined } },
    { name: 'an unknown redirect URI', more: { redirect_uri: 'https://evil.example/cb' } },
    { name: 'an unknown scope', more: { scope: 'nonsense' } },
    { name: 'an unknown resource', more: { resource: 'https://evil.example/mcp' } },
    { name: 'no challenge', more: { code_challenge: undefined } },
    { name: 'another response type', more: { response_type: 'token' } },
    { name: 'a state given twice', more: { state: ['a', 'b'] } },
    { name: 'prompt=none', more: { prompt: 'none' } },
  ])('because of $name sets no cookie, and keeps nothing', async ({ more }) => {
    const { app, id, store } = await prepared();
    const query = authorizationQuery(id, createPkce(), more);
    for (const Cookie of ['', 'person=alice']) {
      const headers = { Cookie };
      for (const answer of [
        await send(app, 'GET', `${AUTHORIZE}?${query}`, { headers }),
        await send(app, 'POST', AUTHORIZE, { headers: { ...headers, ...FORM_TYPE }, body: query }),
      ]) {
        expect([303, 400]).toContain(answer.status);
        expect(answer.headers).not.toHaveProperty('set-cookie');
      }
    }
    expect(store.writes).toEqual([]);
  });

  it.each(['', 'person=alice'])(
    'is not this one (%s): what is kept has a cookie',
    async (Cookie) => {
      const { app, query, store } = await prepared();
      const answer = await send(app, 'GET', `${AUTHORIZE}?${query}`, { headers: { Cookie } });
      expect(answer.status).toBe(302);
      expect(answer.headers['set-cookie']).toEqual([expect.stringMatching(/^__Host-dcr-/)]);
      expect(store.writes).toEqual(['authorizations.insert']);
    },
  );
});
