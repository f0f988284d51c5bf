import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  fetchProtectedResource,
  None,
  refreshTokenGrant,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
  type ClientMetadata,
  type Configuration,
} from 'openid-client';
import type { Minting } from '../../lib/services/mint-initial-access-token.ts';
import type { Store } from '../../lib/storage/store.ts';
import { DAY, newDigest, SECOND } from '../contract/records.ts';
import { Browser, errorOnPage, type Page } from '../support/browser.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { minted } from '../support/minted.ts';
import { STORE_KINDS } from '../support/stores.ts';
import {
  authorizeStrictly,
  obtainStrictly,
  REDIRECT_URI,
  registerStrictly,
} from '../support/strict-client.ts';

const CONFIGURED = newDigest();
const OPTIONS = {
  registration: 'token',
  // The memory store is no shared one, and has no command: there one of the configuration is needed.
  initialAccessTokens: [CONFIGURED],
  scopesSupported: ['notes:read', 'notes:write', 'admin:all', 'offline_access'],
  restrictedScopes: ['admin:*'],
  baselineClientScopes: ['offline_access'],
} as const;

const SCOPE = 'notes:read offline_access';
const ADMIN = 'admin:all offline_access';
const AT_PARTNER = 'https://app.partner.example/callback';
/** Of a partner: a server, which keeps a secret. */
const PARTNER = {
  redirect_uris: [AT_PARTNER],
  token_endpoint_auth_method: 'client_secret_basic',
};
const LICENCE = { scopes: ['notes:read', 'admin:all'], redirectHosts: ['*.partner.example'] };

/** What nobody comes to redeem. */
const UNSOLVED = { code_challenge: 'c'.repeat(43), code_challenge_method: 'S256', state: 's' };

const MISSING = 'registration needs an initial access token';
const UNKNOWN = 'the initial access token is not known';

describe.each(STORE_KINDS)('openid-client with an initial access token ($kind)', (kind) => {
  let deployment: TestDeployment;
  let store: Store;
  let server: Server;
  let issuer: string;

  beforeEach(async () => {
    server = createServer((_req, res) => {
      // What a client keeps open would be found dead by a later test on the same port.
      res.shouldKeepAlive = false;
    }).listen(0, 'localhost');
    await once(server, 'listening');
    issuer = `http://localhost:${String((server.address() as AddressInfo).port)}`;
    deployment = createDeployment(kind, OPTIONS);
    store = deployment.store();
    const { app } = deployment.start({ issuer });
    // Whoever comes to the login of this host is alice.
    app.get('/login', (req, res) => {
      res.cookie('person', 'alice').redirect(req.query['return_to'] as string);
    });
    server.on('request', (req, res) => void app(req, res));
  });
  afterEach(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    await deployment.close();
  });

  const mint = async (wanted?: Partial<Minting>): Promise<string> =>
    (await minted(store, wanted)).token;
  const registerWith = (
    token: string | undefined,
    metadata: Partial<ClientMetadata> = {},
  ): Promise<Configuration> => {
    const hasSecret = metadata.token_endpoint_auth_method === 'client_secret_basic';
    return registerStrictly(issuer, metadata, hasSecret ? ClientSecretBasic() : None(), token);
  };
  const registeredIds = async (): Promise<string[]> =>
    (await store.clients.list({ used: false, limit: 100 })).clients.map(
      ({ client_id }) => client_id,
    );

  /** By a challenge, which the library reads and no more. RFC 6750 §3.1: no error without a token. */
  async function expectChallenged(registering: Promise<unknown>, why: string): Promise<void> {
    const refused = await registering.catch((e: unknown) => e);
    expect(refused).toBeInstanceOf(WWWAuthenticateChallengeError);
    const { status, cause, response } = refused as WWWAuthenticateChallengeError;
    const error = { error: 'invalid_token', error_description: why };
    const parameters = { realm: 'client registration', ...(why === UNKNOWN && error) };
    expect({ status, cause }).toEqual({ status: 401, cause: [{ scheme: 'bearer', parameters }] });
    expect(await response.json()).toEqual(error);
  }

  async function expectRefused(registering: Promise<unknown>, error: string): Promise<void> {
    const refused = await registering.catch((e: unknown) => e);
    expect(refused).toBeInstanceOf(ResponseBodyError);
    expect(refused).toMatchObject({ status: 400, error });
  }

  /** What the API of the host makes of an access token. */
  async function scopesAtApi(config: Configuration, access_token: string): Promise<unknown> {
    const answer = await fetchProtectedResource(
      config,
      access_token,
      new URL('/mcp', issuer),
      'GET',
    );
    return ((await answer.json()) as { scopes?: unknown }).scopes;
  }

  it.each<{ name: string; token: () => Promise<string | undefined>; want: string }>([
    { name: 'without a token', token: async () => undefined, want: MISSING },
    { name: 'with a made-up token', token: async () => newDigest(), want: UNKNOWN },
    {
      name: 'with a made-up token that looks minted',
      token: async () => `dcr_iat_${newDigest()}`,
      want: UNKNOWN,
    },
    {
      name: 'with a good token and one character more',
      token: async () => `${await mint()}A`,
      want: UNKNOWN,
    },
    {
      name: 'with the id of a token, which is no secret',
      token: async () => (await minted(store)).id,
      want: UNKNOWN,
    },
    {
      name: 'with an expired token',
      async token() {
        const token = await mint({ ttlMs: DAY });
        deployment.clock.advance(DAY + SECOND);
        return token;
      },
      want: UNKNOWN,
    },
  ])('is challenged $name, and registers nothing (REG-35)', async ({ token, want }) => {
    await expectChallenged(registerWith(await token()), want);
    expect(await registeredIds()).toEqual([]);
  });

  it('is challenged with a used-up token, and registers no second client (REG-35)', async () => {
    const token = await mint({ uses: 1 });
    const { client_id } = (await registerWith(token)).clientMetadata();
    await expectChallenged(registerWith(token), UNKNOWN);
    expect(await registeredIds()).toEqual([client_id]);
  });

  it('registers with a minted token, logs in, calls and refreshes', async () => {
    const config = await registerWith(await mint(), { scope: 'notes:read' });
    expect(config.clientMetadata()).toMatchObject({
      client_id: expect.any(String),
      redirect_uris: [REDIRECT_URI],
      token_endpoint_auth_method: 'none',
      scope: SCOPE,
    });
    const granted = { token_type: 'bearer', expires_in: 3600, scope: SCOPE };
    const tokens = await obtainStrictly(config, { scope: SCOPE });
    expect(tokens).toMatchObject(granted);
    expect(await scopesAtApi(config, tokens.access_token)).toEqual(SCOPE.split(' '));
    const refreshed = await refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(refreshed).toMatchObject(granted);
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
    expect(await scopesAtApi(config, refreshed.access_token)).toEqual(SCOPE.split(' '));
  });

  it('is refused what its token does not allow, and that costs no use (REG-36)', async () => {
    const token = await mint({ licence: LICENCE });
    const partner = (more: Partial<ClientMetadata>): Promise<Configuration> =>
      registerWith(token, { ...PARTNER, scope: 'admin:all', ...more });
    for (const uri of ['https://partner.example/cb', 'https://app.partner.example.evil.example/']) {
      await expectRefused(partner({ redirect_uris: [AT_PARTNER, uri] }), 'invalid_redirect_uri');
    }
    await expectRefused(registerWith(token), 'invalid_redirect_uri');
    for (const scope of ['notes:write', 'admin:all notes:write', 'admin:other']) {
      await expectRefused(partner({ scope }), 'invalid_client_metadata');
    }
    expect(await registeredIds()).toEqual([]);
    const { client_id } = (await partner({})).clientMetadata();
    expect(await registeredIds()).toEqual([client_id]);
  });

  it('registers all that its token allows when it asks for nothing, and no more', async () => {
    const config = await registerWith(await mint({ licence: LICENCE }), PARTNER);
    const { redirect_uris, scope } = config.clientMetadata();
    expect({ redirect_uris, scope }).toEqual({
      redirect_uris: [AT_PARTNER],
      scope: 'notes:read admin:all offline_access',
    });
  });

  it('is granted the restricted scope that its token allows, from login to refresh', async () => {
    const config = await registerWith(await mint({ licence: LICENCE }), {
      ...PARTNER,
      scope: 'admin:all',
    });
    expect(config.clientMetadata()).toMatchObject({ redirect_uris: [AT_PARTNER], scope: ADMIN });
    // Allowed by the token, but not registered; and what the token does not allow. RFC 9700 §4.11.2: it
    // is told to the person, and not sent on.
    for (const scope of ['admin:all notes:read', 'admin:all notes:write']) {
      const wide = { ...UNSOLVED, scope, redirect_uri: AT_PARTNER };
      const page = await new Browser(issuer).open(buildAuthorizationUrl(config, wide));
      expect(page).toMatchObject({ kind: 'page', status: 400 });
      expect(errorOnPage(page as Page)).toBe('invalid_scope');
    }
    const asked = { scope: ADMIN, redirect_uri: AT_PARTNER };
    const { callback, checks } = await authorizeStrictly(config, asked);
    expect(callback.origin + callback.pathname).toBe(AT_PARTNER);
    const tokens = await authorizationCodeGrant(config, callback, checks);
    const refreshed = await refreshTokenGrant(config, tokens.refresh_token ?? '');
    for (const { scope, access_token } of [tokens, refreshed]) {
      expect(scope).toBe(ADMIN);
      expect(await scopesAtApi(config, access_token)).toEqual(ADMIN.split(' '));
    }
  });

  it('registers with a token of the configuration as often as it likes, and nothing restricted', async () => {
    const restricted = registerWith(CONFIGURED, { scope: 'admin:all' });
    await expectRefused(restricted, 'invalid_client_metadata');
    const config = await registerWith(CONFIGURED, { scope: 'notes:read' });
    await registerWith(CONFIGURED);
    expect(await registeredIds()).toHaveLength(2);
    expect(await obtainStrictly(config, { scope: SCOPE })).toMatchObject({ scope: SCOPE });
  });
});
