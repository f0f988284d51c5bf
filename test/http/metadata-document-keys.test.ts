import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import {
  createPkce,
  obtainCode,
  redemption,
  refreshRequest,
  tokenRequest,
} from '../support/flow.ts';
import { APP_URI, createDocumentApp, documentHost, publish } from './support/document-app.ts';
import { expectApiError } from './support/expect.ts';

const host = documentHost();
const where = { redirect_uri: APP_URI };

interface Claims {
  readonly key: CryptoKey;
  readonly client_id: string;
  readonly issuer: string;
  readonly now: number;
}

/** What proves the client (RFC 7523 section 3). */
async function assertion({ key, client_id, issuer, now }: Claims) {
  const client_assertion = await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(client_id)
    .setSubject(client_id)
    .setAudience(issuer)
    .setIssuedAt(now)
    .setExpirationTime(now + 60)
    .sign(key);
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion,
  };
}

describe('a client whose document has its keys (CIMD-23, draft \u00a78.2)', () => {
  it('has to authenticate with one of them, on every leg', async () => {
    const [own, foreign] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
    const client_id = publish(host(), '/keys', {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [await exportJWK(own.publicKey)] },
    });
    const { app, issuer, clock } = createDocumentApp(host());
    const now = Math.floor(clock.now() / 1000);
    const by = (key: CryptoKey) => assertion({ key, client_id, issuer, now });
    const pkce = createPkce();
    const scope = 'openid offline_access';
    const code = await obtainCode(app, client_id, pkce, { ...where, scope });
    const form = redemption(client_id, code, pkce, where);
    expectApiError(await tokenRequest(app, form), 401, 'invalid_client');
    const forged = { ...form, ...(await by(foreign.privateKey)) };
    expectApiError(await tokenRequest(app, forged), 401, 'invalid_client');
    const { status, body } = await tokenRequest(app, { ...form, ...(await by(own.privateKey)) });
    expect(status).toBe(200);
    const token = body.refresh_token as string;
    expectApiError(await refreshRequest(app, client_id, token), 401, 'invalid_client');
    const proven = await by(own.privateKey);
    expect((await refreshRequest(app, client_id, token, proven)).status).toBe(200);
    expect(host().requests).toHaveLength(1);
  });
});
