import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import {
  basic,
  BASIC_CHALLENGE,
  inBody,
  inHeader,
  INVALID_CLIENT,
} from '../support/confidential.ts';
import { registeredClientId } from '../support/flow.ts';
import { grantConfidentialTokens } from './support/confidential-grant.ts';
import { expectApiError } from './support/expect.ts';
import { grantTokens, type Granted } from './support/grant.ts';
import { FORM_TYPE, send, type Answer } from './support/send.ts';

const REVOKE = '/oauth/revoke';

function revoke(
  { app }: Pick<Granted, 'app'>,
  form: Readonly<Record<string, string>> | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString();
  return send(app, 'POST', REVOKE, { headers: { ...FORM_TYPE, ...headers }, body });
}

/** All that an answer may say when the token is not valid any more, whether it ever was or not. */
function expectRevoked({ status, text, headers }: Answer): void {
  expect({ status, text }).toEqual({ status: 200, text: '' });
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'access-control-allow-origin': '*',
  });
  expect(headers).not.toHaveProperty('etag');
}

async function isAlive(granted: Granted): Promise<boolean> {
  return (await granted.store.grants.find(granted.grantId)) !== undefined;
}

describe('POST /oauth/revoke: requests that are refused', () => {
  it.each([
    { name: 'no token', form: '' },
    { name: 'an empty token', form: 'token=' },
    { name: 'two tokens', form: 'token=TOKEN&token=TOKEN' },
    { name: 'two hints', form: 'token=TOKEN&token_type_hint=a&token_type_hint=b' },
    { name: 'two clients', form: 'token=TOKEN&client_id=other' },
  ])('$name: 400, and nothing is revoked (REVINTRO-06)', async ({ form }) => {
    const granted = await grantTokens();
    const body = `${form.replaceAll('TOKEN', granted.refreshToken)}&client_id=${granted.id}`;
    expectApiError(await revoke(granted, body), 400, 'invalid_request');
    expect(await isAlive(granted)).toBe(true);
  });

  it.each(['GET', 'PUT', 'DELETE'])('%s: 405 (REVINTRO-06)', async (method) => {
    const granted = await grantTokens();
    const path = `${REVOKE}?token=${granted.refreshToken}&client_id=${granted.id}&callback=x`;
    const answer = await send(granted.app, method, path);
    expectApiError(answer, 405, 'invalid_request');
    expect(answer.headers).toMatchObject({ allow: 'POST' });
    expect(await isAlive(granted)).toBe(true);
  });

  it('JSON: 415, and the query is not looked at (REVINTRO-06)', async () => {
    const granted = await grantTokens();
    const form = { token: granted.refreshToken, client_id: granted.id };
    const body = JSON.stringify(form);
    const headers = { 'Content-Type': 'application/json' };
    expectApiError(
      await send(granted.app, 'POST', REVOKE, { headers, body }),
      415,
      'invalid_request',
    );
    const query = `${REVOKE}?${new URLSearchParams(form).toString()}`;
    const answer = await send(granted.app, 'POST', query, { headers: FORM_TYPE, body: '' });
    expectApiError(answer, 400, 'invalid_request');
    expect(await isAlive(granted)).toBe(true);
  });

  it.each<{ name: string; presented: (client_id: string) => Record<string, string> }>([
    { name: 'nobody', presented: () => ({}) },
    { name: 'a client that is not known', presented: () => ({ client_id: 'unknown' }) },
    { name: 'one without its secret', presented: (client_id) => ({ client_id }) },
    {
      name: 'one with another secret',
      presented: (client_id) => ({ client_id, client_secret: 'wrong' }),
    },
  ])('by $name: 401, and nothing is revoked (REVINTRO-03)', async ({ presented }) => {
    const { store, app, client, refreshToken } = await grantConfidentialTokens();
    const form = { token: refreshToken, ...presented(client.client_id) };
    const { status, body, headers } = await revoke({ app }, form);
    expect({ status, body }).toEqual({ status: 401, body: INVALID_CLIENT });
    expect(headers).not.toHaveProperty('www-authenticate');
    expect(store.writes).toEqual([]);
  });

  it('by a wrong secret in the header: 401 with the scheme that works (REVINTRO-03)', async () => {
    const { app, client, refreshToken } = await grantConfidentialTokens();
    const Authorization = basic(`${client.client_id}:wrong`);
    const answer = await revoke({ app }, { token: refreshToken }, { Authorization });
    expectApiError(answer, 401, 'invalid_client');
    expect(answer.headers).toMatchObject({ 'www-authenticate': BASIC_CHALLENGE });
  });

  it.each(['grants.find', 'grants.revoke', 'clients.find'])(
    'while %s fails: 503, never 200, and it can be repeated (REVINTRO-05)',
    async (call) => {
      const granted = await grantTokens();
      const form = { token: granted.refreshToken, client_id: granted.id };
      granted.store.fail(call);
      const answer = await revoke(granted, form);
      expectApiError(answer, 503, 'temporarily_unavailable');
      expect(answer.headers).toHaveProperty('retry-after');
      granted.store.recover();
      expect(await isAlive(granted)).toBe(true);
      expectRevoked(await revoke(granted, form));
      expect(await isAlive(granted)).toBe(false);
    },
  );
});

describe("POST /oauth/revoke: tokens that are nobody's, or of another", () => {
  it.each([
    'garbage',
    '\0',
    '%',
    '__proto__',
    `${'a'.repeat(22)}.1.${'a'.repeat(43)}`,
    'e30.e30.e30',
    'x'.repeat(60_000),
  ])('are answered like every other, and change nothing: %# (REVINTRO-01)', async (token) => {
    const granted = await grantTokens();
    expectRevoked(await revoke(granted, { token, client_id: granted.id }));
    expect(granted.store.writes).toEqual([]);
  });

  it('are refused unread when they are larger than any (REVINTRO-01)', async () => {
    const granted = await grantTokens();
    const answer = await revoke(granted, { token: 'x'.repeat(1_000_000), client_id: granted.id });
    expectApiError(answer, 413, 'invalid_request');
  });

  it.each(['refresh_token', 'access_token'] as const)(
    'keep what they are good for when another client shows the %s (RFC 7009 §2.1)',
    async (kind) => {
      const granted = await grantTokens();
      const other = await registeredClientId(granted.app);
      granted.store.forget();
      const token = granted.tokens[kind] ?? '';
      expectRevoked(await revoke(granted, { token, client_id: other }));
      expect(granted.store.writes).toEqual([]);
      expect((await granted.refresh(granted.refreshToken)).status).toBe(200);
    },
  );

  it.each([
    { name: 'another MAC', forge: (token: string) => token.replace(/.{43}$/, 'A'.repeat(43)) },
    { name: 'another generation', forge: (token: string) => token.replace('.1.', '.2.') },
    { name: 'a grant id alone', forge: (token: string) => token.split('.')[0] ?? '' },
  ])('change nothing when they only name a grant: $name', async ({ forge }) => {
    const granted = await grantTokens();
    const token = forge(granted.refreshToken);
    expectRevoked(await revoke(granted, { token, client_id: granted.id }));
    expect(granted.store.writes).toEqual([]);
  });

  it.each([
    {
      name: 'another signature',
      forge: (token: string) => token.replace(/.{86}$/, 'A'.repeat(86)),
    },
    { name: 'no signature', forge: (token: string) => token.replace(/[^.]+$/, '') },
    {
      name: 'no algorithm',
      forge: (token: string) =>
        token.replace(/^[^.]+/, Buffer.from('{"alg":"none"}').toString('base64url')),
    },
  ])('change nothing when they are an access token with $name', async ({ forge }) => {
    const granted = await grantTokens();
    const token = forge(granted.tokens.access_token);
    expectRevoked(await revoke(granted, { token, client_id: granted.id }));
    expect(granted.store.writes).toEqual([]);
    expect(await isAlive(granted)).toBe(true);
  });
});

describe('POST /oauth/revoke: any token of a grant ends the grant (RFC 7009 §2.1)', () => {
  it.each([undefined, 'refresh_token', 'access_token', 'foo', '__proto__'])(
    'with the hint %s, right or wrong (REVINTRO-01)',
    async (hint) => {
      for (const kind of ['refresh_token', 'access_token'] as const) {
        const granted = await grantTokens();
        const more = hint === undefined ? {} : { token_type_hint: hint };
        const token = granted.tokens[kind] ?? '';
        expectRevoked(await revoke(granted, { token, client_id: granted.id, ...more }));
        expect(await isAlive(granted)).toBe(false);
        expectApiError(await granted.refresh(granted.refreshToken), 400, 'invalid_grant');
      }
    },
  );

  it('be it a refresh token that was replaced, or an access token that is over', async () => {
    const replaced = await grantTokens();
    await replaced.rotate(await replaced.rotate(replaced.refreshToken));
    const token = replaced.refreshToken;
    expectRevoked(await revoke(replaced, { token, client_id: replaced.id }));
    expect(await isAlive(replaced)).toBe(false);

    const over = await grantTokens();
    over.clock.advance(2 * 60 * 60 * 1000);
    const { access_token } = over.tokens;
    expectRevoked(await revoke(over, { token: access_token, client_id: over.id }));
    expect(await isAlive(over)).toBe(false);
  });

  it('and a second time changes nothing more', async () => {
    const granted = await grantTokens();
    const form = { token: granted.refreshToken, client_id: granted.id };
    expectRevoked(await revoke(granted, form));
    granted.store.forget();
    expectRevoked(await revoke(granted, form));
    expect(granted.store.writes).toEqual([]);
  });

  it.each([inHeader, inBody])('for a client with a secret, by %p', async (present) => {
    const { app, client, store, refreshToken } = await grantConfidentialTokens();
    const { headers, form = {} } = present(client);
    const given = { token: refreshToken, ...form } as Record<string, string>;
    expectRevoked(await revoke({ app }, given, headers));
    expect(store.writes).toEqual(['grants.revoke']);
  });

  it('and leaves what the person has allowed remembered: the client speaks for itself', async () => {
    const granted = await grantTokens();
    expectRevoked(await revoke(granted, { token: granted.refreshToken, client_id: granted.id }));
    expect(granted.store.writes).toEqual(['grants.revoke']);
  });

  it('is open to clients in a browser', async () => {
    const granted = await grantTokens();
    const preflight = await supertest(granted.app)
      .options(REVOKE)
      .set({ Origin: 'https://spa.example', 'Access-Control-Request-Method': 'POST' });
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST',
    });
  });
});

describe('POST /oauth/revoke: how it is found', () => {
  it('is in the metadata, with how clients authenticate there (RFC 8414 §2)', async () => {
    const { server } = await grantTokens();
    const { metadata } = server;
    expect(metadata).toMatchObject({
      revocation_endpoint: 'https://auth.example.com/oauth/revoke',
      revocation_endpoint_auth_methods_supported: metadata.token_endpoint_auth_methods_supported,
      revocation_endpoint_auth_signing_alg_values_supported:
        metadata.token_endpoint_auth_signing_alg_values_supported,
    });
  });
});
