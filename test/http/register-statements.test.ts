import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { METADATA, register } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';
import { REGISTRATION_MANAGEMENT } from '../support/registration-management.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signingKeys = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** What a statement would like to be true. */
const CLAIMS = {
  iss: 'https://evil.example',
  redirect_uris: ['https://evil.example/cb'],
  client_name: 'Claimed',
  scope: 'openid',
  skip_consent: true,
};

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function signedWithPublicKey(): string {
  const input = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(CLAIMS)}`;
  const secret = JSON.stringify(createPublicKey(privateKey).export({ format: 'jwk' }));
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

describe('POST /oauth/register: software statements, which nobody here vouches for', () => {
  it.each<{ name: string; software_statement: unknown }>([
    {
      name: 'without a signature',
      software_statement: `${part({ alg: 'none' })}.${part(CLAIMS)}.`,
    },
    { name: 'signed with the public key', software_statement: signedWithPublicKey() },
    {
      name: 'that names its own keys',
      software_statement: `${part({ alg: 'RS256', jku: 'http://127.0.0.1:1/' })}.${part(CLAIMS)}.AA`,
    },
    { name: 'that is no JWT', software_statement: 'not.a.jwt' },
    { name: 'that is an object', software_statement: CLAIMS },
    { name: 'that is an empty object', software_statement: {} },
    { name: 'that is a list', software_statement: [CLAIMS] },
    { name: 'that is null', software_statement: null },
    { name: 'that is empty', software_statement: '' },
  ])('change nothing: one $name (REG-26)', async ({ software_statement }) => {
    const { app, store } = createWatchedApp({ options: { signingKeys } });
    const { status, body } = await register(app, { software_statement });
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        ...METADATA,
        client_id: expect.any(String),
        client_id_issued_at: expect.any(Number),
        ...REGISTRATION_MANAGEMENT,
        scope: 'openid profile email offline_access',
      },
    });
    const record = await store.clients.find((body as { client_id: string }).client_id);
    expect(JSON.stringify(record)).not.toMatch(/evil|Claimed|statement|skip/);
  });

  it('of a megabyte are too large (REG-26)', async () => {
    const { app, store } = createWatchedApp();
    const software_statement = `${part({ alg: 'none' })}.${'A'.repeat(1024 * 1024)}.`;
    expectApiError(await register(app, { software_statement }), 413, 'invalid_request');
    expect(store.writes).toEqual([]);
  });
});
