import { describe, expect, it } from '@jest/globals';
import { ISSUER } from '../support/app.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redirectParameters,
  registeredClientId,
  type Query,
} from '../support/flow.ts';
import { expectErrorPage, PAGE_HEADERS, readable, returnLink } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

interface Fate {
  readonly redirect_uri: string;
  readonly person?: string;
}

const LOOPBACK = ['http://localhost:8080/callback', 'http://127.0.0.1:5000/cb', 'http://[::1]/cb'];
const ELSEWHERE = [
  { redirect_uri: 'https://app.example.com/cb', host: 'app.example.com' },
  { redirect_uri: 'https://app.example.com:8443/cb', host: 'app.example.com:8443' },
  { redirect_uri: 'https://xn--80ak6aa92e.example/cb', host: 'xn--80ak6aa92e.example' },
  {
    redirect_uri: 'cursor://anysphere/cb',
    host: 'the app that opens cursor: links on this device',
  },
  { redirect_uri: 'https://localhost:3000/cb', host: 'localhost:3000' },
];

const ERRORS: readonly { query: Query; error: string }[] = [
  { query: { scope: 'nonsense' }, error: 'invalid_scope' },
  { query: { response_type: 'token' }, error: 'unsupported_response_type' },
  { query: { code_challenge: undefined }, error: 'invalid_request' },
  { query: { resource: 'https://other.example' }, error: 'invalid_target' },
  { query: { scope: ['openid', 'profile'] }, error: 'invalid_request' },
];

async function refused({ redirect_uri, person }: Fate, query: Query) {
  const { app, store } = createWatchedApp();
  const id = await registeredClientId(app, { redirect_uris: [redirect_uri] });
  store.forget();
  const answer = await new Browser(app, person).authorize(id, createPkce(), {
    redirect_uri,
    ...query,
  });
  expect(store.writes).toEqual([]);
  return answer;
}

describe('GET /oauth/authorize: errors that stay here (RFC 9700 §4.11.2)', () => {
  it.each(ELSEWHERE.flatMap((where) => ERRORS.map((what) => ({ ...where, ...what }))))(
    '$error to $redirect_uri of a stranger',
    async ({ redirect_uri, host, query, error }) => {
      const answer = await refused({ redirect_uri }, query);
      expectErrorPage(answer, 400, error);
      const link = returnLink(answer.text);
      expect(link?.text).toBe(`Return to ${host}`);
      expect(link?.href.startsWith(`${redirect_uri}?`)).toBe(true);
      expect(Object.fromEntries(new URL(link?.href ?? '').searchParams)).toEqual({
        error,
        error_description: expect.any(String),
        state: 'xyz-state',
        iss: ISSUER,
      });
    },
  );

  it('prompt=none of somebody who is not logged in (AUTHZ-16)', async () => {
    const answer = await refused(
      { redirect_uri: 'https://app.example.com/cb' },
      { prompt: 'none' },
    );
    expectErrorPage(answer, 400, 'login_required');
    expect(returnLink(answer.text)?.href).toContain('error=login_required');
  });

  it('and a state cannot break out of the link', async () => {
    const state = '"><script>alert(1)</script><a href="';
    const redirect_uri = 'https://app.example.com/cb';
    const answer = await refused({ redirect_uri }, { state, scope: 'nonsense' });
    expectErrorPage(answer, 400, 'invalid_scope');
    expect(answer.text).not.toContain('alert(1)</script>');
    expect(new URL(returnLink(answer.text)?.href ?? '').searchParams.get('state')).toBe(state);
  });

  it('and the page tells the host to the person, and the error to the developer', async () => {
    const redirect_uri = 'https://app.example.com/cb';
    const text = readable((await refused({ redirect_uri }, { scope: 'nonsense' })).text);
    expect(text).toMatch(
      /Return to app\.example\.com For the developer of the app: invalid_scope \(scope contains a value that this client cannot ask for\)/,
    );
  });
});

describe('GET /oauth/authorize: errors that travel', () => {
  const travelling: Fate[] = [
    ...LOOPBACK.map((redirect_uri) => ({ redirect_uri })),
    ...ELSEWHERE.map(({ redirect_uri }) => ({ redirect_uri, person: 'alice' })),
  ];

  it.each(travelling.flatMap((fate) => ERRORS.map((what) => ({ ...fate, ...what }))))(
    '$error to $redirect_uri of $person, with state and issuer (AUTHZ-28)',
    async ({ query, error, ...fate }) => {
      const answer = await refused(fate, query);
      expect(answer).toMatchObject({ status: 303, text: '', headers: PAGE_HEADERS });
      expect(locationOf(answer).startsWith(`${fate.redirect_uri}?`)).toBe(true);
      expect([...new URL(locationOf(answer)).searchParams.keys()].sort()).toEqual([
        'error',
        'error_description',
        'iss',
        'state',
      ]);
      expect(redirectParameters(answer)).toMatchObject({ error, state: 'xyz-state', iss: ISSUER });
    },
  );

  it.each([
    { person: undefined, error: 'login_required' },
    { person: 'alice', error: 'consent_required' },
  ])('prompt=none of $person to loopback is $error (AUTHZ-16)', async ({ person, error }) => {
    const fate = { redirect_uri: 'http://localhost:8080/callback', ...(person && { person }) };
    const answer = await refused(fate, { prompt: 'none' });
    expect(answer.status).toBe(303);
    expect(redirectParameters(answer)).toMatchObject({ error, state: 'xyz-state', iss: ISSUER });
  });

  it('prompt=none of somebody who is known is consent_required, wherever (AUTHZ-16)', async () => {
    const fate = { redirect_uri: 'https://app.example.com/cb', person: 'alice' };
    const answer = await refused(fate, { prompt: 'none' });
    expect(redirectParameters(answer)).toMatchObject({ error: 'consent_required' });
  });

  it.each([undefined, ''])('and a state of %j is none', async (state) => {
    const fate = { redirect_uri: 'http://localhost:8080/callback' };
    const answer = await refused(fate, { state, scope: 'nonsense' });
    expect(redirectParameters(answer)).toEqual({
      error: 'invalid_scope',
      error_description: expect.any(String),
      iss: ISSUER,
    });
  });

  it.each(['a b+c%26&d=e#f', '{"a":[1]}', "';--", 'x'.repeat(4096), '~!@$^*()_|`'])(
    'and the state %j comes back as it was',
    async (state) => {
      const fate = { redirect_uri: 'http://localhost:8080/callback' };
      const answer = await refused(fate, { state, scope: 'nonsense' });
      expect(redirectParameters(answer)['state']).toBe(state);
    },
  );
});

describe('GET /oauth/authorize: a request in order', () => {
  it.each([
    { person: undefined, to: /^\/login\?return_to=%2Foauth%2Fconsent%3F[\w%.-]+$/ },
    { person: 'alice', to: /^\/oauth\/consent\?client_id=[0-9a-f-]{36}&request=[\w-]{22}$/ },
  ])('sends $person on, to a path of this origin (AUTHZ-28)', async ({ person, to }) => {
    const { app, store } = createWatchedApp();
    const id = await registeredClientId(app);
    store.forget();
    const answer = await new Browser(app, person).authorize(id, createPkce());
    expect(answer).toMatchObject({ status: 302, text: '', headers: PAGE_HEADERS });
    expect(locationOf(answer)).toMatch(to);
    expect(store.writes).toEqual(['authorizations.insert']);
  });

  it('without scope means what the client asked for itself, not the baseline', async () => {
    const { app } = createWatchedApp({ options: { baselineClientScopes: ['offline_access'] } });
    const id = await registeredClientId(app, { scope: 'openid' });
    const browser = new Browser(app, 'alice');
    const page = await browser.get(locationOf(await browser.authorize(id, createPkce())));
    expect(page.text).toContain('(<code>openid</code>)');
    expect(page.text).not.toContain('offline_access');
  });
});
