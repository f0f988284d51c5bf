import { beforeEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createTestApp, ISSUER, type TestApp } from '../support/app.ts';
import { WEB_REDIRECT_URI } from '../support/confidential.ts';
import { authorizationQuery, createPkce, type Form } from '../support/flow.ts';
import {
  asserted,
  assertionOf,
  newClientKey,
  registeredWithKeys,
  type ClientKey,
} from '../support/key-client.ts';
import { documentHost } from './support/document-app.ts';

const [OWN, GUESSED] = await Promise.all([newClientKey(), newClientKey()]);
/** In a minute, of one host for one network. */
const MOST = 5;
const STRANGER = '203.0.113.7';
const host = documentHost();

let made: TestApp;
beforeEach(() => {
  made = createTestApp({ outside: host().outside });
  made.app.set('trust proxy', 1);
});

/** A client whose keys are at an address of its own. */
async function newClient(path: string): Promise<string> {
  host().json(path, { keys: [OWN.publicJwk] });
  return registeredWithKeys(made.app, host().url(path));
}

const code = { grant_type: 'authorization_code', code: 'guessed', code_verifier: 'v'.repeat(43) };
const pushed = (client_id: string): Form =>
  Object.fromEntries(
    new URLSearchParams(
      authorizationQuery(client_id, createPkce(), { redirect_uri: WEB_REDIRECT_URI }),
    ),
  );

describe('the addresses of keys that one network makes this server ask (CIMD-23)', () => {
  it.each<{ name: string; path: string; form: (client_id: string) => Form }>([
    {
      name: 'by the redemption of a code',
      path: '/oauth/token',
      form: () => ({ ...code, redirect_uri: WEB_REDIRECT_URI }),
    },
    {
      name: 'by a refresh',
      path: '/oauth/token',
      form: () => ({ grant_type: 'refresh_token', refresh_token: 'guessed' }),
    },
    { name: 'by a revocation', path: '/oauth/revoke', form: () => ({ token: 'guessed' }) },
    { name: 'by an introspection', path: '/oauth/introspect', form: () => ({ token: 'guessed' }) },
    { name: 'by a pushed request', path: '/oauth/par', form: pushed },
  ])('are few, $name, and another network still has its own', async ({ path, form }) => {
    const ids = await Promise.all(
      Array.from({ length: MOST + 2 }, (_, i) => newClient(`/jwks/${String(i)}`)),
    );
    const ask = async (client_id: string, address: string, key: ClientKey): Promise<number> => {
      const assertion = await assertionOf(key, client_id, { aud: ISSUER, now: made.clock.now });
      const { status } = await supertest(made.app)
        .post(path)
        .type('form')
        .set('X-Forwarded-For', address)
        .send(asserted(assertion, { client_id, ...form(client_id) }));
      return status;
    };
    const [own = '', ...others] = ids;
    const statuses: number[] = [];
    for (const id of others) statuses.push(await ask(id, STRANGER, GUESSED));
    expect(statuses).toEqual([...Array<number>(MOST).fill(401), 429]);
    expect(host().requests).toHaveLength(MOST);
    expect([401, 429, 503]).not.toContain(await ask(own, '198.51.100.9', OWN));
    expect(host().requests).toHaveLength(MOST + 1);
  });
});

describe('a key that its client has withdrawn (CIMD-23)', () => {
  const MINUTE = 60_000;

  it('is not good for one who has used up what its network may ask for', async () => {
    const id = await newClient('/withdrawn');
    const others = await Promise.all(
      Array.from({ length: MOST }, (_, i) => newClient(`/of-others/${String(i)}`)),
    );
    const ask = async (client_id: string, address: string): Promise<number> => {
      const assertion = await assertionOf(OWN, client_id, { aud: ISSUER, now: made.clock.now });
      const { status } = await supertest(made.app)
        .post('/oauth/revoke')
        .type('form')
        .set('X-Forwarded-For', address)
        .send(asserted(assertion, { client_id, token: 'guessed' }));
      return status;
    };
    expect(await ask(id, '198.51.100.9')).toBe(200);
    host().json('/withdrawn', { keys: [GUESSED.publicJwk] });
    made.clock.advance(6 * MINUTE);
    for (const other of others) expect(await ask(other, STRANGER)).toBe(200);
    expect(await ask(id, STRANGER)).toBe(429);
    expect(await ask(id, '198.51.100.9')).toBe(401);
  });
});
