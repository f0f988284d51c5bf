import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { createTestApp, ISSUER, type TestApp } from '../support/app.ts';
import {
  INVALID_CLIENT,
  issueCodeTo,
  tokenRequestAs,
  WEB_REDIRECT_URI,
} from '../support/confidential.ts';
import { createClock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { register, tokenRequest } from '../support/flow.ts';
import {
  asserted,
  assertionOf,
  newClientKey,
  registeredWithKeys,
  type ClientKey,
  type Different,
} from '../support/key-client.ts';
import { createTwoApps, createWatchedApp } from './support/watched-app.ts';

const TOKEN = `${ISSUER}/oauth/token`;
const KEY = await newClientKey();
const OTHER = await newClientKey();

/** Refused as nobody's where the client is not who it says; as unknown where it is. */
async function answerTo({ app }: Pick<TestApp, 'app'>, form: object): Promise<string> {
  const guess = { grant_type: 'refresh_token', refresh_token: 'guessed' };
  const { status, body } = await tokenRequest(app, { ...guess, ...form });
  const { error } = body as { error: string };
  if (status === 401) expect(body).toEqual(INVALID_CLIENT);
  return error;
}

const PROVEN = 'invalid_grant';

interface Row {
  readonly name: string;
  readonly different?: Different;
  readonly key?: ClientKey;
}

const at = (seconds: number): number => Math.floor(createClock().now() / 1000) + seconds;

describe('private_key_jwt at the token endpoint: refused (RFC 7523 §3)', () => {
  it.each<Row>([
    { name: 'another audience', different: { claims: { aud: 'https://evil.example' } } },
    { name: 'two audiences', different: { claims: { aud: [ISSUER, 'https://evil.example'] } } },
    { name: 'this one twice', different: { claims: { aud: [ISSUER, ISSUER] } } },
    { name: 'no audience', different: { claims: { aud: undefined } } },
    {
      name: 'an endpoint of another kind',
      different: { claims: { aud: `${ISSUER}/oauth/revoke` } },
    },
    { name: 'a slash after the issuer', different: { claims: { aud: `${ISSUER}/` } } },
    { name: 'no end', different: { claims: { exp: undefined } } },
    { name: 'an end a day away', different: { claims: { exp: at(86_400) } } },
    { name: 'an end eleven minutes away', different: { claims: { exp: at(660) } } },
    { name: 'an end five minutes ago', different: { claims: { exp: at(-300) } } },
    { name: 'a minute ahead', different: { claims: { iat: at(60), exp: at(120) } } },
    { name: 'not to be used for a minute', different: { claims: { nbf: at(60) } } },
    { name: 'no issuer', different: { claims: { iss: undefined } } },
    { name: 'another issuer', different: { claims: { iss: 'other' } } },
    { name: 'no name of its own', different: { claims: { jti: undefined } } },
    { name: 'an empty name', different: { claims: { jti: '' } } },
    { name: 'a name that is none', different: { claims: { jti: 7 } } },
    { name: 'the key of another client', key: OTHER },
    { name: 'a key that is nowhere', different: { header: { kid: '../../dev/null' } } },
    {
      name: 'a key that it brings along',
      key: OTHER,
      different: { header: { jwk: OTHER.publicJwk, jku: 'https://evil.example/jwks' } },
    },
    { name: 'an extension that nobody knows', different: { header: { crit: ['x'], x: 1 } } },
    { name: 'another kind of token', different: { header: { typ: 'at+jwt' } } },
  ])('$name (TOKEN-25)', async ({ different = {}, key = KEY }) => {
    const made = createTestApp();
    const client_id = await registeredWithKeys(made.app, [KEY.publicJwk]);
    const given = { aud: ISSUER, now: made.clock.now };
    // jose itself refuses to sign for an extension that it does not know.
    const assertion = await assertionOf(key, client_id, given, different).catch(() => 'a.b.c');
    expect(await answerTo(made, asserted(assertion))).toBe('invalid_client');
    expect(await answerTo(made, asserted(assertion, { client_id }))).toBe('invalid_client');
  });

  it('no signature, a signature with the public key as a secret, and what is no JWT (TOKEN-25)', async () => {
    const made = createTestApp();
    const client_id = await registeredWithKeys(made.app, [KEY.publicJwk]);
    const good = await assertionOf(KEY, client_id, { aud: ISSUER, now: made.clock.now });
    const [, payload = '', signature = ''] = good.split('.');
    const header = (alg: string): string =>
      Buffer.from(JSON.stringify({ alg })).toString('base64url');
    const secret = new TextEncoder().encode(JSON.stringify(KEY.publicJwk));
    const given = { aud: ISSUER, now: made.clock.now };
    const symmetric = { alg: 'HS256', privateKey: secret as unknown as ClientKey['privateKey'] };
    for (const text of [
      `${header('none')}.${payload}.`,
      `${header('None')}.${payload}.${signature}`,
      await assertionOf(symmetric, client_id, given),
      good.replace(/.{5}$/, 'AAAAA'),
      good.split('.').slice(0, 2).join('.'),
      'x'.repeat(50_000),
    ]) {
      expect(await answerTo(made, asserted(text, { client_id }))).toBe('invalid_client');
    }
    const tooMuch = await tokenRequest(made.app, asserted('x'.repeat(1_000_000)));
    expect(tooMuch.status).toBe(413);
  });

  it('a secret, or nothing at all', async () => {
    const made = createTestApp();
    const client_id = await registeredWithKeys(made.app, [KEY.publicJwk]);
    expect(await answerTo(made, { client_id })).toBe('invalid_client');
    expect(await answerTo(made, { client_id, client_secret: 'x' })).toBe('invalid_client');
  });

  it('another algorithm than the one that was registered', async () => {
    const made = createTestApp();
    const rsa = await newClientKey('RS256');
    const client_id = await registeredWithKeys(made.app, [rsa.publicJwk], {
      token_endpoint_auth_signing_alg: 'PS256',
    });
    const given = { aud: ISSUER, now: made.clock.now };
    const refused = asserted(await assertionOf(rsa, client_id, given));
    expect(await answerTo(made, refused)).toBe('invalid_client');
  });

  it('one that was used, at whichever instance (TOKEN-25)', async () => {
    const options = { signingKeys: SIGNING_KEY };
    const { first, second, clock } = createTwoApps({ options }, { options });
    const client_id = await registeredWithKeys(first.app, [KEY.publicJwk]);
    const form = asserted(await assertionOf(KEY, client_id, { aud: ISSUER, now: clock.now }));
    expect(await answerTo(first, form)).toBe(PROVEN);
    expect(await answerTo(second, form)).toBe('invalid_client');
    expect(await answerTo(first, form)).toBe('invalid_client');
  });

  it('one that was used, in its last moments at an instance whose clock is behind', async () => {
    const clock = createClock();
    const store = new MemoryStore({ now: clock.now });
    const at = (offMs: number): TestApp =>
      createTestApp({
        options: { signingKeys: SIGNING_KEY, store },
        clock: { ...clock, now: () => clock.now() + offMs },
      });
    const [ahead, behind] = [at(20_000), at(-20_000)];
    const client_id = await registeredWithKeys(ahead.app, [KEY.publicJwk]);
    const form = asserted(await assertionOf(KEY, client_id, { aud: ISSUER, now: clock.now }));
    expect(await answerTo(ahead, form)).toBe(PROVEN);
    clock.advance(105_000);
    expect(await answerTo(behind, form)).toBe('invalid_client');
  });

  it('while it cannot be known whether it was used: 503, and no token (TOKEN-26)', async () => {
    const made = createWatchedApp();
    const client_id = await registeredWithKeys(made.app, [KEY.publicJwk]);
    const { form } = await issueCodeTo(made.app, { client_id, client_secret: '' });
    const given = { aud: ISSUER, now: made.clock.now };
    made.store.forget();
    made.store.fail('assertions.use');
    const presented = { form: asserted(await assertionOf(KEY, client_id, given)) };
    const refused = await tokenRequestAs(made.app, presented, form);
    expect(refused).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
    expect(made.store.writes).toEqual(['assertions.use']);
    made.store.recover();
    const again = { form: asserted(await assertionOf(KEY, client_id, given)) };
    expect((await tokenRequestAs(made.app, again, form)).status).toBe(200);
  });
});

describe('private_key_jwt at the token endpoint: taken', () => {
  it.each<Row>([
    { name: 'for the issuer' },
    { name: 'for the issuer, in a list', different: { claims: { aud: [ISSUER] } } },
    { name: 'for the token endpoint', different: { claims: { aud: TOKEN } } },
    { name: 'eight seconds ahead (TOKEN-25)', different: { claims: { iat: at(8), nbf: at(8) } } },
    { name: 'without a time', different: { claims: { iat: undefined } } },
    { name: 'with an end ten minutes away', different: { claims: { exp: at(600) } } },
    { name: 'ended twenty seconds ago', different: { claims: { exp: at(-20) } } },
    {
      name: 'of the type that is for it',
      different: { header: { typ: 'client-authentication+jwt' } },
    },
    { name: 'of the type JWT', different: { header: { typ: 'JWT' } } },
  ])('$name', async ({ different = {} }) => {
    const made = createTestApp();
    const client_id = await registeredWithKeys(made.app, [KEY.publicJwk]);
    const assertion = await assertionOf(
      KEY,
      client_id,
      { aud: ISSUER, now: made.clock.now },
      different,
    );
    expect(await answerTo(made, asserted(assertion, { client_id }))).toBe(PROVEN);
  });

  it.each(['ES384', 'ES512', 'Ed25519', 'EdDSA', 'PS256', 'RS256'])('signed by %s', async (alg) => {
    const made = createTestApp();
    const key = await newClientKey(alg);
    const client_id = await registeredWithKeys(made.app, [key.publicJwk]);
    const assertion = await assertionOf(key, client_id, { aud: ISSUER, now: made.clock.now });
    expect(await answerTo(made, asserted(assertion))).toBe(PROVEN);
  });

  it('by any of several keys, with and without a name', async () => {
    const made = createTestApp();
    const named = await newClientKey('ES256', 'b');
    const keys = [OTHER.publicJwk, KEY.publicJwk, named.publicJwk];
    const client_id = await registeredWithKeys(made.app, keys);
    const given = { aud: ISSUER, now: made.clock.now };
    for (const key of [KEY, OTHER, named]) {
      expect(await answerTo(made, asserted(await assertionOf(key, client_id, given)))).toBe(PROVEN);
    }
    const byName = await assertionOf(named, client_id, given, { header: { kid: 'b' } });
    expect(await answerTo(made, asserted(byName))).toBe(PROVEN);
  });

  it('with the same name as that of another client, which is nothing to it', async () => {
    const made = createTestApp();
    for (const key of [KEY, OTHER]) {
      const client_id = await registeredWithKeys(made.app, [key.publicJwk]);
      const claims = { jti: 'one' };
      const given = { aud: ISSUER, now: made.clock.now };
      const assertion = await assertionOf(key, client_id, given, { claims });
      expect(await answerTo(made, asserted(assertion))).toBe(PROVEN);
    }
  });
});

describe('registering for private_key_jwt (RFC 7591 §2)', () => {
  const BASE = {
    redirect_uris: [WEB_REDIRECT_URI],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [KEY.publicJwk] },
  };

  it.each([
    { name: 'without keys', metadata: { jwks: undefined } },
    { name: 'with keys twice', metadata: { jwks_uri: 'https://app.example.com/jwks' } },
    {
      name: 'with an algorithm of secrets',
      metadata: { token_endpoint_auth_signing_alg: 'HS256' },
    },
    { name: 'with none', metadata: { token_endpoint_auth_signing_alg: 'none' } },
  ])('is refused $name', async ({ metadata }) => {
    const { status, body } = await register(createTestApp().app, { ...BASE, ...metadata });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { error: 'invalid_client_metadata' },
    });
  });

  it('is for https alone, and not where the operator wants no confidential clients', async () => {
    const loopback = { ...BASE, redirect_uris: ['http://127.0.0.1/cb'] };
    expect((await register(createTestApp().app, loopback)).body).toMatchObject({
      error: 'invalid_redirect_uri',
    });
    const { app, server } = createTestApp({ options: { confidentialClients: false } });
    expect((await register(app, BASE)).body).toMatchObject({ error: 'invalid_client_metadata' });
    expect(JSON.stringify(server.metadata)).not.toMatch(/jwt|auth_signing_alg|introspect/);
  });

  it('gives no secret, and keeps what was said', async () => {
    const more = { token_endpoint_auth_signing_alg: 'ES256' };
    const { status, body } = await register(createTestApp().app, { ...BASE, ...more });
    expect({ status, body }).toMatchObject({ status: 201, body: { ...BASE, ...more } });
    expect(body).not.toHaveProperty('client_secret');
    expect(body).not.toHaveProperty('client_secret_expires_at');
  });

  it('is announced with the algorithms that are taken (RFC 8414 §2)', async () => {
    const { app } = createTestApp();
    const { body } = await supertest(app).get('/.well-known/oauth-authorization-server');
    const { token_endpoint_auth_signing_alg_values_supported: algorithms } = body as Record<
      string,
      string[]
    >;
    expect(body).toMatchObject({
      token_endpoint_auth_methods_supported: expect.arrayContaining(['private_key_jwt']),
    });
    expect(algorithms).toContain('ES256');
    expect(algorithms?.filter((alg) => /^HS|none/.test(alg))).toEqual([]);
  });
});
