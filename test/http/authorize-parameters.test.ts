import { describe, expect, it } from '@jest/globals';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { ISSUER, RESOURCE } from '../support/app.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redirectParameters,
  registeredClientId,
  type Query,
} from '../support/flow.ts';
import { createWatchedApp } from './support/watched-app.ts';

/** In two parts: lint takes the whole for an address of ours. */
const SCRIPT = 'javascript';

interface Refused {
  readonly query: Query;
  readonly error: string;
  readonly state?: string | undefined;
  readonly options?: Partial<AuthorizationServerOptions>;
}

/** A loopback client and somebody who is not logged in: an error comes back by redirect. */
async function refusal({ query, options = {} }: Refused): Promise<unknown> {
  const { app, store } = createWatchedApp({ options });
  const id = await registeredClientId(app);
  store.forget();
  const answer = await new Browser(app).authorize(id, createPkce(), query);
  const { error, state, iss, code } = redirectParameters(answer);
  return { status: answer.status, error, state, iss, code, writes: store.writes };
}

function refused(error: string, state?: string): unknown {
  return { status: 303, error, state, iss: ISSUER, code: undefined, writes: [] };
}

const CHALLENGE = createPkce().code_challenge;

describe('GET /oauth/authorize: parameters given twice', () => {
  it.each([
    'scope',
    'code_challenge',
    'code_challenge_method',
    'response_type',
    'response_mode',
    'nonce',
    'prompt',
    'max_age',
    'login_hint',
    'ui_locales',
    'idp_hint',
    'request',
  ])('%s, the same or not (AUTHZ-03)', async (name) => {
    for (const query of [{ [name]: ['code', 'token'] }, { [name]: ['code', 'code'] }]) {
      expect(await refusal({ query, error: '' })).toEqual(refused('invalid_request', 'xyz-state'));
    }
  });

  it('state, and then none comes back (AUTHZ-03)', async () => {
    const query = { state: ['one', 'two'] };
    expect(await refusal({ query, error: '' })).toEqual(refused('invalid_request'));
  });

  it.each(['client_id', 'redirect_uri'])(
    '%s, which is never redirected (AUTHZ-03)',
    async (name) => {
      const { app, store } = createWatchedApp();
      const [first, second] = [await registeredClientId(app), await registeredClientId(app)];
      const evil = 'https://evil.example/cb';
      const good = 'http://localhost:8080/callback';
      store.forget();
      const pairs =
        name === 'client_id'
          ? [
              [first, second],
              [first, first],
              [first, 'x'],
              ['x', first],
            ]
          : [
              [good, evil],
              [evil, good],
              [good, good],
            ];
      for (const pair of pairs) {
        const query = { [name]: pair };
        const answer = await new Browser(app, 'alice').authorize(first, createPkce(), query);
        expect(answer.status).toBe(400);
        expect(answer.headers).not.toHaveProperty('location');
        expect(answer.text).toContain(`the parameter ${name} was given more than once`);
      }
      expect(store.writes).toEqual([]);
    },
  );

  it('nobody knows: they change nothing, however often they come (AUTHZ-25)', async () => {
    const { app } = createWatchedApp();
    const id = await registeredClientId(app);
    const answer = await new Browser(app, 'alice').authorize(id, createPkce(), {
      extra: ['foo', 'bar'],
      'utm[]': '1',
      __proto__x: '1',
      'constructor[prototype][x]': '1',
      display: 'popup',
      ui_locales: '../../etc/passwd',
      acr_values: '1 2',
      claims: '{',
    });
    expect(locationOf(answer)).toMatch(/^\/oauth\/consent\?/);
  });
});

describe('GET /oauth/authorize: what is refused', () => {
  it.each<Refused>([
    { query: { response_type: undefined }, error: 'invalid_request' },
    { query: { response_type: '' }, error: 'invalid_request' },
    ...[
      'token',
      'id_token',
      'code token',
      'code id_token',
      'CODE',
      'code code',
      'none',
      'constructor',
    ].map((response_type) => ({ query: { response_type }, error: 'unsupported_response_type' })),
    { query: { response_mode: 'fragment' }, error: 'invalid_request' },
    { query: { response_mode: 'form_post' }, error: 'invalid_request' },
  ])('response type $query: $error (AUTHZ-06)', async (given) => {
    expect(await refusal(given)).toEqual(refused(given.error, 'xyz-state'));
  });

  it.each([
    { code_challenge: undefined, code_challenge_method: undefined },
    { code_challenge: undefined },
    { code_challenge: '' },
    { code_challenge_method: undefined },
    { code_challenge_method: 'plain' },
    ...['s256', 'S512', '', 'none', '__proto__', 'S256 ', 'toString'].map(
      (code_challenge_method) => ({ code_challenge_method }),
    ),
    { code_challenge: `${CHALLENGE}=` },
    { code_challenge: CHALLENGE.slice(1) },
    { code_challenge: `${CHALLENGE}a` },
    { code_challenge: `${CHALLENGE.slice(1)}+` },
    { code_challenge: `${CHALLENGE}\n` },
    { code_challenge: 'a'.repeat(7000) },
  ])('PKCE %j (AUTHZ-08, AUTHZ-10, AUTHZ-11, AUTHZ-13)', async (query) => {
    expect(await refusal({ query, error: '' })).toEqual(refused('invalid_request', 'xyz-state'));
  });

  it.each<Refused>([
    { query: { request: 'eyJhbGciOiJub25lIn0.e30.' }, error: 'request_not_supported' },
    { query: { request_uri: 'http://127.0.0.1:6379/r' }, error: 'request_uri_not_supported' },
  ])('a request object: $query (AUTHZ-15)', async (given) => {
    expect(await refusal(given)).toEqual(refused(given.error, 'xyz-state'));
  });

  it.each(['none login', 'none none consent', 'login none', 'none x'])(
    'prompt=%s (AUTHZ-18)',
    async (prompt) => {
      expect(await refusal({ query: { prompt }, error: '' })).toEqual(
        refused('invalid_request', 'xyz-state'),
      );
    },
  );

  it.each([
    { max_age: '-1' },
    { max_age: '1e3' },
    { max_age: 'x' },
    { max_age: '99999999999' },
    { max_age: ' 1' },
    { nonce: 'n'.repeat(513) },
  ])('%j', async (query) => {
    expect(await refusal({ query, error: '' })).toEqual(refused('invalid_request', 'xyz-state'));
  });

  it.each(['x'.repeat(4097), 'caf\u00E9', 'a\r\nSet-Cookie: x=1', 'a\u0000b', '\u202E'])(
    'the state %j, which does not come back (AUTHZ-28)',
    async (state) => {
      expect(await refusal({ query: { state }, error: '' })).toEqual(refused('invalid_request'));
    },
  );
});

describe('GET /oauth/authorize: scopes that are refused', () => {
  it.each([
    'admin:all',
    'openid admin:all',
    '__proto__',
    'constructor',
    'toString hasOwnProperty',
    'OPENID',
    'openid,profile',
    'openid\tprofile',
    'openid\nprofile',
    'openid\u00A0profile',
    '"openid"',
    'openid\\',
    'open',
    '*',
    Array.from({ length: 2000 }, (_, i) => `s${String(i)}`).join(' '),
  ])('%j (SCOPE-05, SCOPE-15, SCOPE-16)', async (scope) => {
    expect(await refusal({ query: { scope }, error: '' })).toEqual(
      refused('invalid_scope', 'xyz-state'),
    );
  });

  it.each([' openid profile', 'openid profile ', 'openid  profile', 'profile openid profile'])(
    'but not for blanks or an order of its own: %j (SCOPE-15)',
    async (scope) => {
      const { app } = createWatchedApp();
      const id = await registeredClientId(app);
      const answer = await new Browser(app, 'alice').authorize(id, createPkce(), { scope });
      expect(answer.status).toBe(302);
      expect(locationOf(answer)).toMatch(/^\/oauth\/consent\?/);
    },
  );

  it('a supported one that the client did not register, and none is dropped in silence (SCOPE-05)', async () => {
    const { app, store } = createWatchedApp();
    const id = await registeredClientId(app, { scope: 'openid' });
    store.forget();
    const query = { scope: 'openid profile' };
    const answer = await new Browser(app, 'alice').authorize(id, createPkce(), query);
    expect(redirectParameters(answer)).toEqual({
      error: 'invalid_scope',
      error_description: 'scope contains a value that this client cannot ask for',
      state: 'xyz-state',
      iss: ISSUER,
    });
    expect(store.writes).toEqual([]);
  });
});

describe('GET /oauth/authorize: resources (RFC 8707 §2)', () => {
  const TWO = { resources: ['/mcp', 'https://api.example.com/v1'] };

  it.each<Refused>([
    ...[
      'https://api.evil.example',
      '/mcp',
      'mcp',
      `${RESOURCE}#x`,
      `${RESOURCE}#`,
      `${RESOURCE}?x`,
      `${RESOURCE}//`,
      `${RESOURCE}/x`,
      `${RESOURCE}/../admin`,
      'https://auth.example.com/MCP',
      'https://auth.example.com',
      'https://auth.example.com:8443/mcp',
      'http://auth.example.com/mcp',
      'https://x@auth.example.com/mcp',
      `${SCRIPT}:x`,
      'urn:x',
      `${RESOURCE}${'a'.repeat(3000)}`,
    ].map((resource) => ({ query: { resource }, error: 'invalid_target' })),
    { query: { resource: [RESOURCE, 'https://api.evil.example'] }, error: 'invalid_target' },
    {
      query: { resource: Array.from({ length: 50 }, (_, i) => `${RESOURCE}/${String(i)}`) },
      error: 'invalid_target',
    },
    { query: {}, error: 'invalid_target', options: TWO },
    { query: { resource: '' }, error: 'invalid_target', options: TWO },
  ])('refuses $query (AUTHZ-20, AUTHZ-21)', async (given) => {
    expect(await refusal(given)).toEqual(refused('invalid_target', 'xyz-state'));
  });

  it.each<{ resource: string | string[] | undefined; options?: object }>([
    { resource: undefined },
    { resource: RESOURCE },
    { resource: `${RESOURCE}/` },
    { resource: 'https://AUTH.example.com:443/mcp' },
    { resource: [RESOURCE, RESOURCE] },
    { resource: 'https://auth.example.com/mcp', options: TWO },
  ])('takes $resource for the one that is configured (AUTHZ-20)', async ({ resource, options }) => {
    const { app } = createWatchedApp({ options: options ?? {} });
    const id = await registeredClientId(app);
    const browser = new Browser(app, 'alice');
    const begun = await browser.authorize(id, createPkce(), { resource });
    const page = await browser.get(locationOf(begun));
    expect(page.text).toContain(`At <bdi>${RESOURCE}</bdi>`);
  });
});
