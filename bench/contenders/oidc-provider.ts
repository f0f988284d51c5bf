/**
 * `oidc-provider` with an adapter for Redis, access tokens for one resource as signed JWTs.
 *
 * @module
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import express from 'express';
import { createLocalJWKSet, jwtVerify, type JWK } from 'jose';
import { Provider } from 'oidc-provider';
import {
  ACCESS_TOKEN_SECONDS,
  API_PATH,
  CODE_SECONDS,
  personOf,
  REFRESH_TOKEN_SECONDS,
  type StartContender,
} from './contender.ts';
import { adapterFor } from './oidc-provider-adapter.ts';

interface Context {
  readonly oidc: {
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
    readonly provider: Provider;
  };
}

export const start: StartContender = async ({ issuer, redis, prefix }) => {
  const resource = `${issuer}${API_PATH}`;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const named = { kid: '1', alg: 'ES256', use: 'sig' };
  const provider = new Provider(issuer, {
    adapter: adapterFor(redis, prefix),
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), ...named }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    interactions: { url: (_ctx: Context, { uid }: { readonly uid: string }) => `/login/${uid}` },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'mcp:tools offline_access',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: ACCESS_TOKEN_SECONDS,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    findAccount: (_ctx: Context, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    loadExistingGrant: async ({ oidc }: Context) => {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client.clientId,
        accountId: oidc.session.accountId,
      });
      grant.addOIDCScope('offline_access');
      grant.addResourceScope(resource, 'mcp:tools offline_access');
      await grant.save();
      return grant;
    },
    ttl: {
      ...{ Interaction: 600, Session: 3600, Grant: REFRESH_TOKEN_SECONDS },
      ...{ AuthorizationCode: CODE_SECONDS, RefreshToken: REFRESH_TOKEN_SECONDS },
    },
  });

  const app = express();
  app.get('/login/:uid', async (req, res) => {
    await provider.interactionFinished(req, res, {
      login: { accountId: personOf(req) },
      consent: {},
    });
  });
  const keys = createLocalJWKSet({
    keys: [{ ...(publicKey.export({ format: 'jwk' }) as JWK), ...named }],
  });
  app.get(API_PATH, async (req, res) => {
    const [, token = ''] = (req.headers.authorization ?? '').split(' ');
    await jwtVerify(token, keys, { issuer, audience: resource, typ: 'at+jwt' });
    res.json({ ok: true });
  });
  app.use(provider.callback());
  return {
    handler: app,
    paths: {
      discovery: '/.well-known/openid-configuration',
      register: '/reg',
      authorize: '/auth',
      token: '/token',
      api: API_PATH,
    },
  };
};
