import { describe, expect, it } from '@jest/globals';
import { createTestApp } from '../support/app.ts';
import { INVALID_CLIENT } from '../support/confidential.ts';
import {
  createPkce,
  refreshRequest,
  registeredClientId,
  tokenRequest,
  type Form,
} from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { isRedeemable, issueCode, type Issued } from './support/grant.ts';
import { send } from './support/send.ts';

const UNUSABLE = {
  error: 'invalid_grant',
  error_description:
    'the authorization code is unknown, expired, used or was issued for another request',
};

describe('POST /oauth/token: a code that is redeemed by the wrong one', () => {
  const OTHER_VERIFIER = createPkce().code_verifier;
  const flip = (text: string): string => `${text.slice(0, -2)}${text.endsWith('A') ? 'BB' : 'AA'}`;

  it.each<{ name: string; error: string; change: (issued: Issued) => Form }>([
    ...['grant_type', 'client_id', 'code', 'code_verifier'].flatMap((name) => [
      { name: `no ${name}`, error: 'invalid_request', change: () => ({ [name]: undefined }) },
      { name: `an empty ${name}`, error: 'invalid_request', change: () => ({ [name]: '' }) },
    ]),
    {
      name: 'no redirect_uri',
      error: 'invalid_grant',
      change: () => ({ redirect_uri: undefined }),
    },
    ...[
      'http://localhost:8080/callback/',
      'http://localhost:8081/callback',
      'http://LOCALHOST:8080/callback',
      'https://evil.example',
    ].map((redirect_uri) => ({
      name: `the redirect URI ${redirect_uri}`,
      error: 'invalid_grant',
      change: () => ({ redirect_uri }),
    })),
    ...[OTHER_VERIFIER, 'x', 'a'.repeat(129), `${'a'.repeat(42)} `, '\u0000'.repeat(43)].map(
      (code_verifier) => ({
        name: `the verifier ${JSON.stringify(code_verifier)}`,
        error: 'invalid_grant',
        change: () => ({ code_verifier }),
      }),
    ),
    {
      name: 'the challenge as verifier',
      error: 'invalid_grant',
      change: ({ pkce }) => ({ code_verifier: pkce.code_challenge }),
    },
    {
      name: 'another resource',
      error: 'invalid_target',
      change: () => ({ resource: 'https://other.example' }),
    },
    {
      name: 'a code of the same grant with another MAC',
      error: 'invalid_grant',
      change: ({ grantId }) => ({ code: `${grantId}.${'A'.repeat(43)}` }),
    },
    {
      name: 'a code with one byte changed',
      error: 'invalid_grant',
      change: ({ code }) => ({ code: flip(code) }),
    },
    ...['\u0000', '=', ' ', '.', '\n'].map((tail) => ({
      name: `a code with ${JSON.stringify(tail)} after it`,
      error: 'invalid_grant',
      change: ({ code }: Issued) => ({ code: `${code}${tail}` }),
    })),
    {
      name: 'a code in other case',
      error: 'invalid_grant',
      change: ({ code, grantId }) => ({
        code: `${grantId}.${code.slice(grantId.length + 1).toUpperCase()}`,
      }),
    },
    {
      name: 'the grant id alone',
      error: 'invalid_grant',
      change: ({ grantId }) => ({ code: grantId }),
    },
    {
      name: 'a code of 60 000 characters',
      error: 'invalid_grant',
      change: () => ({ code: 'A'.repeat(60_000) }),
    },
    {
      name: 'a refresh token that names the grant',
      error: 'invalid_grant',
      change: ({ code, grantId }) => ({
        grant_type: 'refresh_token',
        refresh_token: code.replace(`${grantId}.`, `${grantId}.1.`),
      }),
    },
  ])(
    'is refused with $name, and is as good as before (TOKEN-05, TOKEN-06, TOKEN-08, URI-16)',
    async ({ error, change }) => {
      const issued = await issueCode();
      const answer = await tokenRequest(issued.app, { ...issued.form, ...change(issued) });
      expectApiError(answer, 400, error);
      expect(issued.store.writes).toEqual([]);
      expect(await isRedeemable(issued)).toBe(true);
    },
  );

  it('is refused to another client, and is as good as before (TOKEN-05)', async () => {
    const issued = await issueCode();
    const client_id = await registeredClientId(issued.app);
    issued.store.forget();
    const answer = await tokenRequest(issued.app, { ...issued.form, client_id });
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: UNUSABLE });
    expect(issued.store.writes).toEqual([]);
    expect(await isRedeemable(issued)).toBe(true);
  });

  it.each(['gone', '00000000-0000-4000-8000-000000000000', '__proto__', 'constructor'])(
    'is refused to the client %s, which does not exist (TOKEN-11)',
    async (client_id) => {
      const issued = await issueCode();
      for (const grant_type of ['authorization_code', 'refresh_token']) {
        const form = { ...issued.form, grant_type, client_id, refresh_token: 'x' };
        const answer = await tokenRequest(issued.app, form);
        expectApiError(answer, 401, 'invalid_client');
        expect(answer.headers).not.toHaveProperty('www-authenticate');
      }
      expect(issued.store.writes).toEqual([]);
      expect(await isRedeemable(issued)).toBe(true);
    },
  );

  it('is refused to a client that has expired as to one that never was (TOKEN-11)', async () => {
    const { app, clock, store, form } = await issueCode();
    const expired = await registeredClientId(app);
    clock.advance(8 * 24 * 3600_000);
    const known = await registeredClientId(app);
    store.forget();
    for (const grant_type of ['authorization_code', 'refresh_token']) {
      const answerTo = async (client_id: string) => {
        const request = { ...form, grant_type, client_id, refresh_token: 'x' };
        const { status, headers, text } = await tokenRequest(app, request);
        return { status, headers: { ...(headers as object), date: 'whenever' }, text };
      };
      const never = await answerTo('00000000-0000-4000-8000-000000000000');
      expect(await answerTo(expired)).toEqual(never);
      expect(never).toMatchObject({ status: 401, text: JSON.stringify(INVALID_CLIENT) });
      expect(await answerTo(known)).toMatchObject({ status: 400 });
    }
    expect(store.writes).toEqual([]);
  });

  it('is refused at a server with the same secret and another issuer', async () => {
    const issued = await issueCode();
    const other = createTestApp({
      options: {
        issuer: 'https://other.example.com',
        // A store that would serve both: each code is bound to its issuer all the same.
        store: { ...issued.store, claim: async (issuer) => issuer },
      },
      clock: issued.clock,
    });
    expectApiError(await tokenRequest(other.app, issued.form), 400, 'invalid_grant');
    expect(await isRedeemable(issued)).toBe(true);
  });
});

describe('POST /oauth/token: a code in time', () => {
  it.each([
    { after: 300_000 - 1, status: 200 },
    { after: 300_000, status: 400 },
    { after: 24 * 3600_000, status: 400 },
  ])('is good for five minutes: after $after ms $status', async ({ after, status }) => {
    const { app, clock, form } = await issueCode();
    clock.advance(after);
    expect((await tokenRequest(app, form)).status).toBe(status);
  });

  it('is good for as long as the option says', async () => {
    const { app, clock, form } = await issueCode({ options: { codeTtlSeconds: 3 } });
    clock.advance(3000);
    expect((await tokenRequest(app, form)).body).toEqual(UNUSABLE);
  });

  it.each([0, 10_000])(
    'that is sent again after %i ms is refused, and the tokens stay good',
    async (after) => {
      const { app, clock, form, id, log } = await issueCode({
        query: { scope: 'openid offline_access' },
      });
      const { body } = await tokenRequest(app, form);
      clock.advance(after);
      const again = await tokenRequest(app, form);
      expect({ status: again.status, body: again.body }).toEqual({ status: 400, body: UNUSABLE });
      const { refresh_token } = body as { refresh_token: string };
      expect((await refreshRequest(app, id, refresh_token)).status).toBe(200);
      expect(log.at('warn').filter(({ message }) => message.includes('replayed'))).toEqual([]);
    },
  );

  it('that is sent again later ends the grant, and the log warns', async () => {
    const { app, clock, form, id, log, grantId } = await issueCode({
      query: { scope: 'openid offline_access' },
    });
    const { body } = await tokenRequest(app, form);
    clock.advance(10_001);
    const again = await tokenRequest(app, form);
    expect({ status: again.status, body: again.body }).toEqual({ status: 400, body: UNUSABLE });
    const { refresh_token } = body as { refresh_token: string };
    expectApiError(await refreshRequest(app, id, refresh_token), 400, 'invalid_grant');
    expect(log.at('warn').slice(-1)).toMatchObject([
      {
        level: 'warn',
        message: 'authorization code replayed: grant revoked',
        fields: { client_id: id, grant_id: grantId },
      },
    ]);
  });

  it.each<{ name: string; change: Form; status?: number; error: string }>([
    {
      name: 'a wrong verifier',
      change: { code_verifier: createPkce().code_verifier },
      error: 'invalid_grant',
    },
    { name: 'no verifier', change: { code_verifier: undefined }, error: 'invalid_request' },
    {
      name: 'another redirect URI',
      change: { redirect_uri: 'https://evil.example' },
      error: 'invalid_grant',
    },
    {
      name: 'another resource',
      change: { resource: 'https://evil.example' },
      error: 'invalid_target',
    },
    {
      name: 'an unknown client',
      change: { client_id: 'gone' },
      status: 401,
      error: 'invalid_client',
    },
  ])('that is sent again with $name does not log the person out (TOKEN-03)', async (given) => {
    const { app, clock, form, id, store } = await issueCode({
      query: { scope: 'openid offline_access' },
    });
    const { body } = await tokenRequest(app, form);
    clock.advance(60_000);
    store.forget();
    const replay = await tokenRequest(app, { ...form, ...given.change });
    expectApiError(replay, given.status ?? 400, given.error);
    expect(store.writes).toEqual([]);
    const { access_token, refresh_token } = body as Record<string, string>;
    const headers = { Authorization: `Bearer ${access_token ?? ''}` };
    expect((await send(app, 'GET', '/mcp', { headers })).status).toBe(200);
    expect((await refreshRequest(app, id, refresh_token)).status).toBe(200);
  });

  it('gives one set of tokens to fifty who send it at once', async () => {
    const { app, form } = await issueCode();
    const answers = await Promise.all(Array.from({ length: 50 }, () => tokenRequest(app, form)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(49);
  });
});
