import { once } from 'node:events';
import type { Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  auth,
  type OAuthClientInformationMixed,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type OAuthTokens,
} from '@modelcontextprotocol/client';
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  discovery,
  None,
  refreshTokenGrant,
} from 'openid-client';
import supertest from 'supertest';
import { createDocumentApp, publish, type DocumentApp } from '../http/support/document-app.ts';
import { startDocumentHost, type DocumentHost } from '../support/document-host.ts';
import {
  Browser,
  createPkce,
  locationOf,
  obtainCode,
  redemption,
  refreshRequest,
  tokenRequest,
} from '../support/flow.ts';
import { freePort } from '../support/free-port.ts';
import { STORE_KINDS, type Deployment } from '../support/stores.ts';
import { createClock } from '../support/clock.ts';
import { DISCOVERY } from '../support/strict-client.ts';

const SCOPE = 'openid offline_access';
/** As in the documents of real clients: no port, for the system gives it. */
const REGISTERED = 'http://127.0.0.1/callback';
const CALLBACK = 'http://127.0.0.1:49152/callback';

let host: DocumentHost;
beforeAll(async () => {
  host = await startDocumentHost();
});
afterAll(() => host.close());

describe('independent clients that are known by their documents', () => {
  let made: DocumentApp;
  let listening: Server;
  let client_id = '';

  beforeEach(async () => {
    const port = await freePort();
    const issuer = `http://127.0.0.1:${String(port)}`;
    // Clients on a real connection look at the real time.
    const clock = { now: () => Date.now(), advance: () => undefined };
    made = createDocumentApp(host, { options: { issuer }, clock });
    listening = made.app.listen(port, '127.0.0.1');
    await once(listening, 'listening');
    client_id = publish(host, '/client.json', { redirect_uris: [REGISTERED] });
  });

  afterEach(async () => {
    listening.closeAllConnections();
    listening.close();
    await once(listening, 'close');
  });

  /** The person, in front of the consent page. */
  async function allowAt(url: URL): Promise<URL> {
    const browser = new Browser(made.app, 'alice');
    const begun = await browser.get(`${url.pathname}${url.search}`);
    return new URL(locationOf(await browser.submit(locationOf(begun), 'allow')));
  }

  it('openid-client logs in and refreshes with a URL for an id', async () => {
    const config = await discovery(new URL(made.issuer), client_id, undefined, None(), DISCOVERY);
    expect(config.serverMetadata()).toHaveProperty('client_id_metadata_document_supported', true);
    const { code_verifier, code_challenge } = createPkce();
    const url = buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: SCOPE,
      state: 'a state',
      code_challenge,
      code_challenge_method: 'S256',
    });
    const tokens = await authorizationCodeGrant(config, await allowAt(url), {
      pkceCodeVerifier: code_verifier,
      expectedState: 'a state',
    });
    expect(tokens.scope).toBe(SCOPE);
    const refreshed = await refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(refreshed.scope).toBe(SCOPE);
  });

  it('the official MCP client chooses its document over a registration', async () => {
    const provider = documentProvider(client_id);
    const serverUrl = `${made.issuer}/mcp`;
    expect(await auth(provider, { serverUrl, scope: SCOPE })).toBe('REDIRECT');
    const answer = await allowAt(provider.sentTo());
    const authorizationCode = answer.searchParams.get('code') ?? '';
    const iss = answer.searchParams.get('iss') ?? '';
    expect(await auth(provider, { serverUrl, authorizationCode, iss })).toBe('AUTHORIZED');
    const called = await supertest(made.app)
      .get('/mcp')
      .set('Authorization', `Bearer ${provider.tokens()?.access_token ?? ''}`);
    expect(called.body).toMatchObject({ clientId: client_id });
  });
});

/** What a client of the SDK keeps, and where it sends the person. */
function documentProvider(clientMetadataUrl: string) {
  let information: OAuthClientInformationMixed | undefined;
  let tokens: OAuthTokens | undefined;
  let verifier = '';
  let url: URL | undefined;
  let discovered: OAuthDiscoveryState | undefined;
  return {
    clientMetadataUrl,
    redirectUrl: CALLBACK,
    clientMetadata: { redirect_uris: [CALLBACK], client_name: 'SDK' },
    clientInformation: () => information,
    saveClientInformation: (given: OAuthClientInformationMixed) => {
      information = given;
    },
    tokens: () => tokens,
    saveTokens: (given: OAuthTokens) => {
      tokens = given;
    },
    redirectToAuthorization: (given: URL) => {
      url = given;
    },
    saveCodeVerifier: (given: string) => {
      verifier = given;
    },
    codeVerifier: () => verifier,
    saveDiscoveryState: (given: OAuthDiscoveryState) => {
      discovered = given;
    },
    discoveryState: () => discovered,
    sentTo: () => {
      if (!url) throw new Error('the person was not sent anywhere');
      return url;
    },
  } satisfies OAuthClientProvider & { sentTo: () => URL };
}

describe.each(STORE_KINDS)('one document, many people ($kind)', (kind) => {
  let deployment: Deployment | undefined;
  afterEach(() => deployment?.close());

  it('ends the grants of one person and leaves those of the others, on every instance', async () => {
    const clock = createClock(Date.now());
    const deployed = kind.deploy(clock);
    deployment = deployed;
    const [a, b] = [0, 1].map(() =>
      createDocumentApp(host, { clock, options: { store: deployed.store() } }),
    );
    if (!a || !b) throw new Error('two instances are needed');
    host.requests.length = 0;
    const id = publish(host, '/shared.json', { redirect_uris: [REGISTERED] });
    const tokensOf = async (person: string): Promise<string> => {
      const pkce = createPkce();
      const where = { redirect_uri: CALLBACK };
      const code = await obtainCode(a.app, id, pkce, { ...where, scope: SCOPE }, person);
      const { body } = await tokenRequest(b.app, redemption(id, code, pkce, where));
      return body.refresh_token as string;
    };
    const [alice, bob] = [await tokensOf('alice'), await tokensOf('bob')];
    expect(await a.server.grants.revoke({ subject: 'alice', clientId: id })).toBe(1);
    expect((await refreshRequest(b.app, id, alice)).status).toBe(400);
    expect((await refreshRequest(b.app, id, bob)).status).toBe(200);
    // One fetch for each instance.
    expect(host.requests).toHaveLength(2);
  });

  it('revokes the refresh token that it is sent, and no other (CIMD-21)', async () => {
    const clock = createClock(Date.now());
    const deployed = kind.deploy(clock);
    deployment = deployed;
    const [a, b] = [0, 1].map(() =>
      createDocumentApp(host, { clock, options: { store: deployed.store() } }),
    );
    if (!a || !b) throw new Error('two instances are needed');
    const [id, other] = ['/leaving.json', '/other.json'].map((path) =>
      publish(host, path, { redirect_uris: [REGISTERED] }),
    );
    const where = { redirect_uri: CALLBACK };
    const tokenOf = async (person: string): Promise<string> => {
      const pkce = createPkce();
      const code = await obtainCode(a.app, id!, pkce, { ...where, scope: SCOPE }, person);
      const { body } = await tokenRequest(a.app, redemption(id!, code, pkce, where));
      return (body as { refresh_token: string }).refresh_token;
    };
    const [alice, bob] = [await tokenOf('alice'), await tokenOf('bob')];
    const revoked = async (client_id: string): Promise<number> => {
      const request = supertest(b.app).post('/oauth/revoke').type('form');
      return (await request.send({ token: alice, client_id })).status;
    };
    // Another document is another client: nothing of what it sends is its own.
    expect(await revoked(other!)).toBe(200);
    expect(await deployed.store().grants.find(alice.split('.')[0] ?? '')).toBeDefined();
    expect(await revoked(host.url('/nowhere.json'))).toBe(401);
    expect(await revoked(id!)).toBe(200);
    for (const { app } of [a, b]) {
      const refused = await refreshRequest(app, id!, alice);
      expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    }
    expect((await refreshRequest(b.app, id!, bob)).status).toBe(200);
  });
});
