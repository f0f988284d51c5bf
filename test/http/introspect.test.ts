import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { ISSUER, RESOURCE, type TestAppOptions } from '../support/app.ts';
import {
  basic,
  BASIC_CHALLENGE,
  inBody,
  inHeader,
  registeredConfidential,
} from '../support/confidential.ts';
import { obtainTokensAs } from '../support/confidential.ts';
import { createPkce, obtainCode } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { grantTokens, type Granted } from './support/grant.ts';
import { few, onlyLimits } from './support/limits.ts';
import { FORM_TYPE, send, type Answer } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

const INTROSPECT = '/oauth/introspect';
const SECRET = 's'.repeat(32);
const OTHER_SECRET = 't'.repeat(32);
const EITHER = ['n'.repeat(40), 'o'.repeat(40)];
const API = { Authorization: basic(`api:${SECRET}`) };
const SERVERS: AuthorizationServerOptions['resourceServers'] = [
  { id: 'api', secret: SECRET, resources: ['/mcp'] },
  { id: 'every-api', secrets: EITHER },
  { id: 'other-api', secret: OTHER_SECRET, resources: ['/other'] },
];
const OPTIONS: TestAppOptions = { options: { resourceServers: SERVERS } };
const INACTIVE = { status: 200, text: '{"active":false}' };

function introspect(
  { app }: Pick<Granted, 'app'>,
  form: Readonly<Record<string, string | undefined>> | string,
  headers: Readonly<Record<string, string>> = API,
): Promise<Answer> {
  const given = typeof form === 'string' ? [] : Object.entries(form);
  const named = given.filter(([, value]) => value !== undefined) as [string, string][];
  const body = typeof form === 'string' ? form : new URLSearchParams(named).toString();
  return send(app, 'POST', INTROSPECT, { headers: { ...FORM_TYPE, ...headers }, body });
}

describe('POST /oauth/introspect: who is not let in (REVINTRO-08)', () => {
  it.each<{ name: string; headers?: Record<string, string>; form?: Record<string, string> }>([
    { name: 'nobody' },
    { name: 'an unknown caller', headers: { Authorization: basic(`unknown:${SECRET}`) } },
    { name: 'another secret', headers: { Authorization: basic('api:wrong') } },
    { name: 'no secret', form: { client_id: 'api' } },
    { name: 'another secret in the body', form: { client_id: 'api', client_secret: 'x' } },
    { name: 'a bearer token', headers: { Authorization: 'Bearer TOKEN' } },
    { name: 'a public client', form: { client_id: 'CLIENT' } },
    { name: 'a public client with a secret', form: { client_id: 'CLIENT', client_secret: SECRET } },
  ])(
    '$name: 401 with the scheme, and nothing of the token',
    async ({ headers = {}, form = {} }) => {
      const granted = await grantTokens(OPTIONS);
      const { access_token } = granted.tokens;
      const real = (given: object): Record<string, string> =>
        Object.fromEntries(
          Object.entries(given).map(([name, value]) => [
            name,
            String(value).replace('TOKEN', access_token).replace('CLIENT', granted.id),
          ]),
        );
      const answer = await introspect(
        granted,
        { token: access_token, ...real(form) },
        real(headers),
      );
      expectApiError(answer, 401, 'invalid_client');
      expect(answer.headers).toMatchObject({ 'www-authenticate': BASIC_CHALLENGE });
    },
  );

  it.each(['', 'token=', 'token=a&token=a', 'token=a&token_type_hint=b&token_type_hint=b'])(
    'a request that says nothing, or says it twice: %j',
    async (form) => {
      const made = createWatchedApp(OPTIONS);
      expectApiError(await introspect(made, form), 400, 'invalid_request');
    },
  );

  it.each(['GET', 'PUT'])('%s', async (method) => {
    const { app } = createWatchedApp(OPTIONS);
    const answer = await send(app, method, `${INTROSPECT}?token=a`, { headers: API });
    expectApiError(answer, 405, 'invalid_request');
  });
});

describe('POST /oauth/introspect: an API that the operator named', () => {
  it('is told what is to be said of an access token, and nobody may keep it (REVINTRO-13)', async () => {
    const granted = await grantTokens(OPTIONS);
    const answer = await introspect(granted, { token: granted.tokens.access_token });
    const now = Math.floor(granted.clock.now() / 1000);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 200,
      body: {
        active: true,
        scope: granted.tokens.scope,
        client_id: granted.id,
        token_type: 'Bearer',
        exp: now + 3600,
        iat: now,
        sub: 'alice',
        aud: RESOURCE,
        iss: ISSUER,
        jti: expect.stringMatching(/^[\w-]{22}\.[\w-]+$/),
      },
    });
    expect(answer.headers).toMatchObject({
      'content-type': expect.stringMatching(/^application\/json/),
      'cache-control': 'no-store',
    });
    expect(answer.headers).not.toHaveProperty('etag');
    const again = await introspect(
      granted,
      { token: granted.tokens.access_token },
      {
        ...API,
        'If-None-Match': '*',
      },
    );
    expect(again.status).toBe(200);
  });

  it('may use the header or the body, any of its secrets, and hints as it likes', async () => {
    const granted = await grantTokens(OPTIONS);
    const { access_token: token } = granted.tokens;
    for (const secret of EITHER) {
      const client = { client_id: 'every-api', client_secret: secret };
      for (const { headers = {}, form = {} } of [inHeader(client), inBody(client)]) {
        const given = { token, token_type_hint: 'refresh_token', ...form };
        expect((await introspect(granted, given, headers)).body).toMatchObject({ active: true });
      }
    }
  });

  it.each<{ name: string; token: (granted: Granted) => string | Promise<string>; as?: string }>([
    { name: 'malformed', token: () => 'garbage' },
    { name: 'a grant id', token: ({ grantId }) => grantId },
    { name: 'a refresh token', token: ({ refreshToken }) => refreshToken },
    {
      name: 'an ID token',
      token: ({ tokens }) => {
        const { id_token } = tokens as typeof tokens & { id_token?: string };
        expect(decodeJwt(id_token ?? '')).toMatchObject({ iss: ISSUER, sub: 'alice' });
        return id_token ?? '';
      },
    },
    { name: 'for another API', token: ({ tokens }) => tokens.access_token, as: 'other-api' },
    {
      name: 'of another issuer',
      token: async () => {
        const options = { issuer: 'https://other.example.com' };
        return (await grantTokens({ options })).tokens.access_token;
      },
    },
    {
      name: 'changed by a character',
      token: ({ tokens }) =>
        tokens.access_token.replace(/.(?=.{9}$)/, (c) => (c === 'A' ? 'B' : 'A')),
    },
    {
      name: 'a code',
      token: ({ app, id }) => obtainCode(app, id, createPkce(), { scope: 'openid' }),
    },
    { name: 'of sixty kilobytes', token: () => 'x'.repeat(60_000) },
    {
      name: 'over',
      token: ({ tokens, clock }) => {
        clock.advance(3601 * 1000);
        return tokens.access_token;
      },
    },
    {
      name: 'revoked',
      token: async ({ tokens, store, grantId }) => {
        await store.grants.revoke(grantId, { requestId: '' });
        return tokens.access_token;
      },
    },
    {
      name: 'of a grant that was lost with the store (FAULT-25)',
      token: async () => (await grantTokens(OPTIONS)).tokens.access_token,
    },
  ])('is told nothing of a token that is $name (REVINTRO-10)', async ({ token, as = 'api' }) => {
    const granted = await grantTokens(OPTIONS);
    const text = await token(granted);
    const secret = as === 'api' ? SECRET : OTHER_SECRET;
    const headers = { Authorization: basic(`${as}:${secret}`) };
    const { status, text: body } = await introspect(granted, { token: text }, headers);
    expect({ status, text: body }).toEqual(INACTIVE);
  });

  it.each(['grants.find', 'clients.find'])(
    'is told nothing, true or false, while %s fails (REVINTRO-11)',
    async (call) => {
      const granted = await grantTokens(OPTIONS);
      const { access_token: token } = granted.tokens;
      granted.store.fail(call);
      const answer = await introspect(granted, { token });
      expectApiError(answer, 503, 'temporarily_unavailable');
      expect(answer.headers).toHaveProperty('retry-after');
      granted.store.recover();
      expect((await introspect(granted, { token })).body).toMatchObject({ active: true });
    },
  );

  it('is told when the person may not any more, which ends the grant; 503 while nobody knows', async () => {
    let active: () => boolean = () => {
      throw new Error('away');
    };
    const granted = await grantTokens({ ...OPTIONS, login: { active: () => active() } });
    const { access_token: token } = granted.tokens;
    expectApiError(await introspect(granted, { token }), 503, 'temporarily_unavailable');
    active = () => true;
    expect((await introspect(granted, { token })).body).toMatchObject({ active: true });
    active = () => false;
    expect(await introspect(granted, { token })).toMatchObject(INACTIVE);
    active = () => true;
    expect(await introspect(granted, { token })).toMatchObject(INACTIVE);
    expectApiError(await granted.refresh(granted.refreshToken), 400, 'invalid_grant');
  });

  it('is not counted; who has the wrong secret is (REVINTRO-16)', async () => {
    const rateLimits = onlyLimits({ token: few(3) });
    const made = createWatchedApp({ options: { ...OPTIONS.options, rateLimits } });
    const wrong = { Authorization: basic('api:wrong') };
    const statuses: number[] = [];
    for (const headers of [API, API, API, API, API, wrong, wrong, wrong, wrong, API]) {
      statuses.push((await introspect(made, { token: 'guess' }, headers)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 401, 401, 401, 429, 200]);
  });
});

describe('POST /oauth/introspect: a client with a secret', () => {
  it('is told of its own tokens, and of no other', async () => {
    const made = createWatchedApp();
    const [client, other] = [
      await registeredConfidential(made.app),
      await registeredConfidential(made.app),
    ];
    const tokens = await obtainTokensAs(made.app, client);
    const ask = async (token: string, as = client): Promise<unknown> =>
      (await introspect(made, { token }, inHeader(as).headers)).body;
    const common = { active: true, client_id: client.client_id, sub: 'alice', iss: ISSUER };
    expect(await ask(tokens.access_token)).toMatchObject({ ...common, aud: RESOURCE });
    const ofRefresh = await ask(tokens.refresh_token);
    const now = Math.floor(made.clock.now() / 1000);
    expect(ofRefresh).toEqual({ ...common, scope: tokens.scope, iat: now, exp: now + 30 * 86_400 });
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      expect(await ask(token, other)).toEqual({ active: false });
    }
    const { id_token = '' } = tokens as typeof tokens & { id_token?: string };
    expect(decodeJwt(id_token)).toHaveProperty('aud', client.client_id);
    const forged = tokens.refresh_token.replace('.1.', '.2.');
    for (const token of [forged, id_token]) expect(await ask(token)).toEqual({ active: false });
  });

  it('is told that a refresh token is active for as long as a refresh would take it', async () => {
    const made = createWatchedApp();
    const client = await registeredConfidential(made.app);
    const { refresh_token } = await obtainTokensAs(made.app, client);
    const ask = async (token: string): Promise<unknown> =>
      ((await introspect(made, { token }, inHeader(client).headers)).body as { active: unknown })
        .active;
    const form = { grant_type: 'refresh_token', refresh_token };
    const headers = { ...FORM_TYPE, ...inHeader(client).headers };
    const body = new URLSearchParams(form).toString();
    const next = await send(made.app, 'POST', '/oauth/token', { headers, body });
    const { refresh_token: second } = next.body as { refresh_token: string };
    expect([await ask(refresh_token), await ask(second)]).toEqual([true, true]);
    made.clock.advance(31_000);
    expect([await ask(refresh_token), await ask(second)]).toEqual([false, true]);
  });
});

describe('POST /oauth/introspect: whether it is there', () => {
  it.each<{ name: string; options: Partial<AuthorizationServerOptions>; methods?: string[] }>([
    { name: 'nobody may ask', options: { confidentialClients: false } },
    {
      name: 'APIs alone may ask',
      options: { confidentialClients: false, resourceServers: SERVERS },
      methods: ['client_secret_basic', 'client_secret_post'],
    },
    {
      name: 'clients may ask',
      options: {},
      methods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    },
  ])('where $name: $methods', async ({ options, methods }) => {
    const { app, server } = createWatchedApp({ options });
    const { introspection_endpoint, introspection_endpoint_auth_methods_supported: listed } =
      server.metadata;
    expect(listed).toEqual(methods);
    expect(introspection_endpoint).toBe(methods && `${ISSUER}${INTROSPECT}`);
    const { status } = await introspect({ app }, { token: 'x' }, {});
    expect(status).toBe(methods ? 401 : 404);
  });
});
