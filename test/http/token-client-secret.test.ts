import { describe, expect, it } from '@jest/globals';
import {
  basic,
  BASIC_CHALLENGE,
  inBody,
  inEncodedHeader,
  inHeader,
  tokenRequestAs,
  type ConfidentialClient,
} from '../support/confidential.ts';
import {
  grantConfidentialTokens,
  isRedeemableBy,
  issueConfidentialCode,
} from './support/confidential-grant.ts';
import { expectApiError } from './support/expect.ts';
import { FORM_TYPE, send, type Answer } from './support/send.ts';

const TOKEN = '/oauth/token';

function encoded(form: object): string {
  const given = Object.entries(form).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given as [string, string][]).toString();
}

/** Refused for what the header says: with the challenge that belongs to it. */
function expectChallenged(answer: Answer): void {
  expectApiError(answer, 401, 'invalid_client');
  expect(answer.headers).toMatchObject({
    'www-authenticate': BASIC_CHALLENGE,
    'access-control-allow-origin': '*',
    'access-control-expose-headers': expect.stringMatching(/www-authenticate/i),
  });
}

/** Refused for what the body says: there is no scheme to tell of. */
function expectRefused(answer: Answer): void {
  expectApiError(answer, 401, 'invalid_client');
  expect(answer.headers).not.toHaveProperty('www-authenticate');
}

describe('POST /oauth/token: a confidential client with a malformed header (RFC 6749 §2.3.1)', () => {
  it.each<{ name: string; header: (client: ConfidentialClient) => string }>([
    { name: 'the scheme alone', header: () => 'Basic' },
    { name: 'the scheme and a space', header: () => 'Basic ' },
    { name: 'no base64', header: () => 'Basic !!!' },
    { name: 'no colon', header: ({ client_id }) => basic(client_id) },
    { name: 'what cannot be decoded', header: () => basic('%zz:%zz') },
    {
      name: 'a secret that cannot be decoded',
      header: ({ client_id }) => basic(`${client_id}:%zz`),
    },
    { name: 'an empty pair', header: () => basic(':') },
    { name: 'an empty id', header: ({ client_secret }) => basic(`:${client_secret}`) },
    { name: 'an empty secret', header: ({ client_id }) => basic(`${client_id}:`) },
    { name: 'bytes that are no UTF-8', header: () => basic(Buffer.from([0xff, 0x3a, 0xfe])) },
    { name: 'an id with an encoded colon', header: (it) => basic(`a%3A${it.client_id}:x`) },
    {
      name: 'eight kilobytes',
      header: ({ client_id }) => basic(`${client_id}:${'a'.repeat(6000)}`),
    },
    { name: 'a bearer token', header: () => 'Bearer x' },
    { name: 'the secret as a bearer token', header: (it) => `Bearer ${it.client_secret}` },
    {
      name: 'id and secret as they are',
      header: ({ client_id, client_secret }) => `Basic ${client_id}:${client_secret}`,
    },
    {
      name: 'the secret before the id',
      header: ({ client_id, client_secret }) => basic(`${client_secret}:${client_id}`),
    },
    {
      name: 'a space after the secret',
      header: ({ client_id, client_secret }) => basic(`${client_id}:${client_secret} `),
    },
    {
      name: 'a plus sign after the secret',
      header: ({ client_id, client_secret }) => basic(`${client_id}:${client_secret}+`),
    },
    {
      name: 'a secret in another case',
      header: ({ client_id, client_secret }) =>
        basic(
          `${client_id}:${client_secret === client_secret.toLowerCase() ? client_secret.toUpperCase() : client_secret.toLowerCase()}`,
        ),
    },
  ])('is refused: $name (TOKEN-13)', async ({ header }) => {
    const issued = await issueConfidentialCode();
    const headers = { ...FORM_TYPE, Authorization: header(issued.client) };
    const body = encoded(issued.form);
    expectChallenged(await send(issued.app, 'POST', TOKEN, { headers, body }));
    expect(issued.store.writes).toEqual([]);
    expect(issued.log.at('error')).toEqual([]);
    expect(await isRedeemableBy(issued, issued.client)).toBe(true);
  });

  it.each(['basic', 'BASIC', 'BaSiC'])('is taken with the scheme %s (TOKEN-13)', async (scheme) => {
    const { app, client, form } = await issueConfidentialCode();
    const { Authorization = '' } = inHeader(client).headers ?? {};
    const headers = { ...FORM_TYPE, Authorization: Authorization.replace('Basic', scheme) };
    const answer = await send(app, 'POST', TOKEN, { headers, body: encoded(form) });
    expect(answer.status).toBe(200);
  });
});

describe('POST /oauth/token: a confidential client that says it twice', () => {
  it('is refused with the header and the body at once, right or wrong (RFC 6749 §2.3)', async () => {
    const issued = await issueConfidentialCode();
    const { app, client, form } = issued;
    for (const client_secret of [client.client_secret, 'wrong']) {
      const body = encoded({ ...form, client_id: client.client_id, client_secret });
      for (const present of [inHeader, inEncodedHeader]) {
        const headers = { ...FORM_TYPE, ...present(client).headers };
        const answer = await send(app, 'POST', TOKEN, { headers, body });
        expectApiError(answer, 400, 'invalid_request');
        expect(answer.headers).not.toHaveProperty('www-authenticate');
      }
    }
    expect(issued.store.writes).toEqual([]);
    expect(await isRedeemableBy(issued, client)).toBe(true);
  });

  it.each([
    { name: 'the same secret', more: (secret: string) => ['client_secret', secret] },
    { name: 'another secret', more: () => ['client_secret', 'other'] },
    { name: 'its id', more: (_: string, id: string) => ['client_id', id] },
    { name: 'the id of another', more: () => ['client_id', 'other'] },
  ])('is refused with $name doubled in the body (TOKEN-18)', async ({ more }) => {
    const issued = await issueConfidentialCode();
    const { client_id, client_secret } = issued.client;
    const [name = '', value = ''] = more(client_secret, client_id);
    const once = encoded({ ...issued.form, client_id, client_secret });
    for (const body of [`${once}&${name}=${value}`, `${name}=${value}&${once}`]) {
      const answer = await send(issued.app, 'POST', TOKEN, { headers: FORM_TYPE, body });
      expectApiError(answer, 400, 'invalid_request');
      expect(answer.body).toHaveProperty(
        'error_description',
        `the parameter ${name} was given more than once`,
      );
    }
    expect(issued.store.writes).toEqual([]);
    expect(await isRedeemableBy(issued, issued.client)).toBe(true);
  });

  it('may name itself in the body beside the header', async () => {
    const { app, client, form } = await issueConfidentialCode();
    const headers = inHeader(client).headers ?? {};
    const body = encoded({ ...form, client_id: client.client_id });
    const answer = await send(app, 'POST', TOKEN, { headers: { ...FORM_TYPE, ...headers }, body });
    expect(answer.status).toBe(200);
  });
});

describe('POST /oauth/token: secrets that are nothing (TOKEN-15)', () => {
  const NOTHINGS = ['', 'undefined', 'null', '[object Object]', '%00', '\0', 'false', '0', 'NaN'];

  it.each(NOTHINGS)('are refused: %j', async (client_secret) => {
    const issued = await issueConfidentialCode();
    const { app, form } = issued;
    const { client_id } = issued.client;
    const body = encoded({ ...form, client_id, client_secret });
    expectRefused(await send(app, 'POST', TOKEN, { headers: FORM_TYPE, body }));
    for (const present of [inHeader, inEncodedHeader]) {
      const presented = present({ client_id, client_secret }).headers;
      const headers = { ...FORM_TYPE, ...presented };
      expectChallenged(await send(app, 'POST', TOKEN, { headers, body: encoded(form) }));
    }
    expect(issued.store.writes).toEqual([]);
    expect(await isRedeemableBy(issued, issued.client)).toBe(true);
  });

  it.each([
    'client_secret[]=SECRET',
    'client_secret[0]=SECRET',
    'client_secret[a]=SECRET',
    'client_secret.a=SECRET',
    'Client_Secret=SECRET',
    'client_secret%20=SECRET',
    'client_secret',
    '',
  ])('are refused: the parameter %j', async (parameter) => {
    const issued = await issueConfidentialCode();
    const { client_id, client_secret } = issued.client;
    const body = `${encoded({ ...issued.form, client_id })}&${parameter.replace('SECRET', client_secret)}`;
    expectRefused(await send(issued.app, 'POST', TOKEN, { headers: FORM_TYPE, body }));
    expect(issued.store.writes).toEqual([]);
    expect(await isRedeemableBy(issued, issued.client)).toBe(true);
  });

  it.each(['the digest of the secret', 'the secret and more', 'a part of the secret', 'the id'])(
    'are refused: %s',
    async (name) => {
      const issued = await issueConfidentialCode();
      const { client_id, client_secret } = issued.client;
      const record = await issued.store.clients.find(client_id);
      const guesses: Record<string, string> = {
        'the digest of the secret': record?.secret_digest ?? '',
        'the secret and more': `${client_secret}A`,
        'a part of the secret': client_secret.slice(0, -1),
        'the id': client_id,
      };
      const guess = { client_id, client_secret: guesses[name] ?? '' };
      for (const present of [inHeader, inBody]) {
        const { status, body } = await tokenRequestAs(issued.app, present(guess), issued.form);
        expect({ status, body }).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
      }
      expect(await isRedeemableBy(issued, issued.client)).toBe(true);
    },
  );
});

describe('POST /oauth/token: a secret in the query (TOKEN-16)', () => {
  it('is not read', async () => {
    const { app, client, refreshToken, store, rotate, log } = await grantConfidentialTokens();
    const query = new URLSearchParams({ ...client }).toString();
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
    const unnamed = await send(app, 'POST', `${TOKEN}?${query}`, {
      headers: FORM_TYPE,
      body: encoded(form),
    });
    expectApiError(unnamed, 400, 'invalid_request');
    const named = encoded({ ...form, client_id: client.client_id });
    expectRefused(
      await send(app, 'POST', `${TOKEN}?${query}`, { headers: FORM_TYPE, body: named }),
    );
    expect(store.writes).toEqual([]);
    expect(log.text()).not.toContain(client.client_secret);
    expect(await rotate(refreshToken)).toMatch(/\.2\./);
  });
});
