import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { askForKeys } from '../../lib/resource/ask-issuer.ts';
import { PATIENCE_MS } from '../support/stores.ts';
import { documents, listen, type Listening } from './support/listening.ts';

const METADATA = '/.well-known/oauth-authorization-server';
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const JWK = { ...publicKey.export({ format: 'jwk' }), kid: 'a', use: 'sig', alg: 'ES256' };
const jwkOf = (type: 'rsa' | 'secp384r1', bits = 2048): object => {
  const made =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: bits })
      : generateKeyPairSync('ec', { namedCurve: type });
  return { ...made.publicKey.export({ format: 'jwk' }), kid: 'b' };
};

describe('asking an issuer for its keys', () => {
  let server: Listening;

  beforeEach(async () => {
    server = await listen();
  });

  afterEach(async () => {
    await server.close();
  });

  const ask = async (path = '', jwksUri?: string): Promise<string[]> => {
    const asked = { issuer: `${server.url}${path}`, jwksUri, timeoutMs: PATIENCE_MS };
    return [...(await askForKeys(asked)).keys()];
  };

  it.each(['', '/auth'])('of the path %j asks at the root of its origin', async (path) => {
    const issuer = `${server.url}${path}`;
    const jwks_uri = `${issuer}/oauth/jwks`;
    server.answer(
      documents({
        [`${METADATA}${path}`]: { issuer, jwks_uri },
        [`${path}/oauth/jwks`]: { keys: [JWK] },
      }),
    );
    expect(await ask(path)).toEqual(['a']);
    expect(server.asked()).toEqual([`${METADATA}${path}`, `${path}/oauth/jwks`]);
  });

  it.each<{ name: string; metadata: (url: string) => unknown; error: string }>([
    {
      name: 'of another issuer',
      metadata: (url) => ({ issuer: `${url}/`, jwks_uri: `${url}/jwks` }),
      error: 'AnotherIssuerError',
    },
    { name: 'of nobody', metadata: () => [], error: 'AnotherIssuerError' },
    { name: 'without keys', metadata: (issuer) => ({ issuer }), error: 'UnusableKeysError' },
    { name: 'that is no JSON', metadata: () => '<html>', error: 'UnusableKeysError' },
    { name: 'that is not there', metadata: () => undefined, error: 'UnusableKeysError' },
    {
      name: 'that names an address in the private network',
      metadata: (issuer) => ({ issuer, jwks_uri: 'https://10.0.0.1/jwks' }),
      error: 'RefusedAddressError',
    },
    {
      name: 'that names an address in the clear',
      metadata: (issuer) => ({ issuer, jwks_uri: 'http://example.com/jwks' }),
      error: 'RefusedAddressError',
    },
    {
      name: 'that names no http address',
      metadata: (issuer) => ({ issuer, jwks_uri: 'file:///etc/passwd' }),
      error: 'RefusedAddressError',
    },
  ])('refuses metadata $name', async ({ metadata, error }) => {
    server.answer(documents({ [METADATA]: metadata(server.url), '/jwks': { keys: [JWK] } }));
    await expect(ask()).rejects.toMatchObject({ name: error });
    expect(server.asked()).toEqual([METADATA]);
  });

  it('follows no redirect', async () => {
    server.answer((req, res) => {
      res.writeHead(req.url === '/jwks' ? 302 : 200, { Location: '/keys' });
      res.end(JSON.stringify({ keys: [JWK] }));
    });
    await expect(ask('', `${server.url}/jwks`)).rejects.toMatchObject({
      name: 'UnusableAnswerError',
    });
    expect(server.asked()).toEqual(['/jwks']);
  });

  it.each<{ name: string; keys: unknown; usable: readonly string[] }>([
    { name: 'no list', keys: 'a', usable: [] },
    { name: 'none', keys: [], usable: [] },
    { name: 'one without a name', keys: [{ ...JWK, kid: undefined }], usable: [] },
    { name: 'one to encrypt with', keys: [{ ...JWK, use: 'enc' }], usable: [] },
    { name: 'one for another algorithm', keys: [{ ...JWK, alg: 'RS256' }], usable: [] },
    { name: 'a secret', keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'a' }], usable: [] },
    { name: 'a short one', keys: [jwkOf('rsa', 1024)], usable: [] },
    { name: 'one on another curve', keys: [jwkOf('secp384r1')], usable: [] },
    { name: 'nothing', keys: [null, 1, 'x'], usable: [] },
    { name: 'some that will do', keys: [null, JWK, jwkOf('rsa')], usable: ['a', 'b'] },
  ])('of a set with $name keeps what it can use', async ({ keys, usable }) => {
    server.answer(documents({ '/jwks': { keys } }));
    const asked = ask('', `${server.url}/jwks`);
    if (usable.length > 0) expect(await asked).toEqual(usable);
    else await expect(asked).rejects.toMatchObject({ name: 'UnusableKeysError' });
  });
});
