import { describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { isPublicAddress } from '../../lib/protocol/host.ts';
import { createTestApp, ISSUER, type TestApp } from '../support/app.ts';
import { INVALID_CLIENT, WEB_REDIRECT_URI } from '../support/confidential.ts';
import { createPkce, obtainCode, redemption, tokenRequest, type Form } from '../support/flow.ts';
import {
  asserted,
  assertionOf,
  newClientKey,
  registeredWithKeys,
  type ClientKey,
} from '../support/key-client.ts';
import { APP_URI, createDocumentApp, documentHost, publish } from './support/document-app.ts';
import { expectApiError } from './support/expect.ts';

const [OLD, NEW] = await Promise.all([newClientKey('ES256', 'old'), newClientKey('ES256', 'new')]);
const MAX_BYTES = 32 * 1024;
const host = documentHost();

/** A set with a member that makes it as long as is wanted. */
function setOf(length: number): string {
  const bare = JSON.stringify({ keys: [OLD.publicJwk], x: '' });
  return bare.replace('"x":""', `"x":"${'x'.repeat(length - bare.length)}"`);
}

function signedBy(key: ClientKey, client_id: string, { clock }: TestApp): Promise<string> {
  const { kid } = key.publicJwk;
  return assertionOf(key, client_id, { aud: ISSUER, now: clock.now }, { header: { kid } });
}

/** What redeems a code that alice gave. */
async function newCode({ app }: TestApp, client_id: string, redirect_uri: string): Promise<Form> {
  const pkce = createPkce();
  const code = await obtainCode(app, client_id, pkce, { redirect_uri });
  return redemption(client_id, code, pkce, { redirect_uri });
}

async function redeem(made: TestApp, client_id: string, form: Form, key = OLD): Promise<Response> {
  return tokenRequest(made.app, asserted(await signedBy(key, client_id, made), form));
}

describe('a client that registered the address of its keys (CIMD-23)', () => {
  it('redeems a code with one of them, and nobody asks for them before (REG-21)', async () => {
    host().json('/jwks', { keys: [OLD.publicJwk] });
    const made = createTestApp({ outside: host().outside });
    const client_id = await registeredWithKeys(made.app, host().url('/jwks'));
    const form = await newCode(made, client_id, WEB_REDIRECT_URI);
    expect([host().resolved, host().requests]).toEqual([[], []]);
    const { status, body } = await redeem(made, client_id, form);
    expect({ status, body }).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
    expect(host().requests).toEqual([`app.example:${String(host().port)} /jwks`]);
  });

  it('is known by a new key once half a minute has gone since its keys were asked for', async () => {
    host().json('/rotated', { keys: [OLD.publicJwk] });
    const made = createTestApp({ outside: host().outside });
    const client_id = await registeredWithKeys(made.app, host().url('/rotated'));
    const form = () => newCode(made, client_id, WEB_REDIRECT_URI);
    expect((await redeem(made, client_id, await form())).status).toBe(200);
    host().json('/rotated', { keys: [NEW.publicJwk] });
    const code = await form();
    expectApiError(await redeem(made, client_id, code, NEW), 401, 'invalid_client');
    made.clock.advance(30_000);
    expect((await redeem(made, client_id, code, NEW)).status).toBe(200);
    expectApiError(await redeem(made, client_id, await form(), OLD), 401, 'invalid_client');
    expect(host().requests).toHaveLength(2);
  });

  it.each([
    { name: 'a redirect', status: 302 },
    { name: 'a redirect for good', status: 308 },
    { name: 'an error that says where to look', status: 404 },
  ])('is not known where there is $name, which is not followed', async ({ status }) => {
    host().json('/elsewhere', { keys: [OLD.publicJwk] });
    host().answer('/moved', (_req, res) => {
      res.writeHead(status, { location: host().url('/elsewhere') }).end();
    });
    const made = createTestApp({ outside: host().outside });
    const client_id = await registeredWithKeys(made.app, host().url('/moved'));
    const form = await newCode(made, client_id, WEB_REDIRECT_URI);
    const refused = await redeem(made, client_id, form);
    expect([refused.status, refused.body]).toEqual([401, INVALID_CLIENT]);
    expect(host().requests).toEqual([`app.example:${String(host().port)} /moved`]);
  });

  it.each([
    { name: 'as long as it may be', length: MAX_BYTES, status: 200 },
    { name: 'a byte too long', length: MAX_BYTES + 1, status: 401 },
    { name: 'much too long', length: 1_000_000, status: 401 },
  ])('is answered with $status when its set is $name', async ({ length, status }) => {
    const text = setOf(length);
    // Its length is not said before.
    host().answer('/long', (_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json' });
      res.write(text.slice(0, 10));
      res.end(text.slice(10));
    });
    const made = createTestApp({ outside: host().outside });
    const client_id = await registeredWithKeys(made.app, host().url('/long'));
    const form = await newCode(made, client_id, WEB_REDIRECT_URI);
    expect((await redeem(made, client_id, form)).status).toBe(status);
    expect(host().requests).toHaveLength(1);
  });

  it.each([
    { name: 'an address here', addresses: ['127.0.0.1'] },
    { name: 'one in the cloud', addresses: ['169.254.169.254'] },
    { name: 'one here beside one out there', addresses: ['192.0.43.8', '10.0.0.1'] },
    { name: 'one here as IPv6', addresses: ['::ffff:127.0.0.1'] },
  ])(
    'is not known when its name leads to $name, and nobody there is asked',
    async ({ addresses }) => {
      host().json('/jwks', { keys: [OLD.publicJwk] });
      const asked: string[] = [];
      const resolve = async (name: string): Promise<readonly string[]> => {
        asked.push(name);
        return addresses;
      };
      const outside = { ...host().outside, resolve, isPublic: isPublicAddress };
      const made = createTestApp({ outside });
      const client_id = await registeredWithKeys(made.app, host().url('/jwks'));
      const form = await newCode(made, client_id, WEB_REDIRECT_URI);
      const connections = host().connections();
      expect(asked).toEqual([]);
      const refused = await redeem(made, client_id, form);
      expect([refused.status, refused.body]).toEqual([401, INVALID_CLIENT]);
      expect(asked).toEqual(['app.example']);
      expect(host().connections()).toBe(connections);
    },
  );

  it('is told to come back while its host is away, and has not lost its code', async () => {
    host().answer('/away', (_req, res) => res.writeHead(503).end());
    const made = createTestApp({ outside: host().outside });
    const client_id = await registeredWithKeys(made.app, host().url('/away'));
    const form = await newCode(made, client_id, WEB_REDIRECT_URI);
    expectApiError(await redeem(made, client_id, form), 503, 'temporarily_unavailable');
    host().json('/away', { keys: [OLD.publicJwk] });
    made.clock.advance(30_000);
    expect((await redeem(made, client_id, form)).status).toBe(200);
  });
});

describe('a client whose document has the address of its keys (CIMD-23)', () => {
  it('redeems a code with one of them, also with one that is new', async () => {
    host().json('/keys-of-document', { keys: [OLD.publicJwk] });
    const client_id = publish(host(), '/client', {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: host().url('/keys-of-document'),
    });
    const made = createDocumentApp(host());
    const form = await newCode(made, client_id, APP_URI);
    const at = `app.example:${String(host().port)}`;
    expect(host().requests).toEqual([`${at} /client`]);
    expectApiError(await redeem(made, client_id, form, NEW), 401, 'invalid_client');
    host().json('/keys-of-document', { keys: [OLD.publicJwk, NEW.publicJwk] });
    made.clock.advance(30_000);
    expect((await redeem(made, client_id, form, NEW)).status).toBe(200);
    const next = await newCode(made, client_id, APP_URI);
    expect((await redeem(made, client_id, next, OLD)).status).toBe(200);
    const keys = `${at} /keys-of-document`;
    expect(host().requests).toEqual([`${at} /client`, keys, keys]);
  });

  it('is not known when its keys are not to be had', async () => {
    const client_id = publish(host(), '/without', {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: host().url('/nowhere'),
    });
    const made = createDocumentApp(host());
    const form = await newCode(made, client_id, APP_URI);
    expectApiError(await redeem(made, client_id, form), 401, 'invalid_client');
  });
});
