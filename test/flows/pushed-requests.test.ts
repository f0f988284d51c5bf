import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  authorizationCodeGrant,
  buildAuthorizationUrlWithPAR,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  ResponseBodyError,
  type Configuration,
} from 'openid-client';
import {
  Browser as AppBrowser,
  createPkce,
  locationOf,
  redirectParameters,
  registeredClientId,
} from '../support/flow.ts';
import { createTestApp, ISSUER } from '../support/app.ts';
import { Browser, logInAndDecide } from '../support/browser.ts';
import { createClock } from '../support/clock.ts';
import { redisEnvironment, startExample, type RunningExample } from '../support/example.ts';
import { beginPushed, pushedUri } from '../support/pushed.ts';
import { STORE_KINDS, type Deployment } from '../support/stores.ts';
import { ALICE, REDIRECT_URI, registerStrictly } from '../support/strict-client.ts';

const SCOPE = 'notes:read offline_access';
const REQUIRED = { DCR_REQUIRE_PUSHED_AUTHORIZATION_REQUESTS: 'true' };

describe.each([
  { store: 'memory', environment: () => ({}) },
  { store: 'redis', environment: redisEnvironment },
])('a client that pushes, against the example app ($store)', ({ environment }) => {
  let example: RunningExample;

  beforeEach(async () => {
    example = await startExample({ ...environment(), ...REQUIRED });
  });
  afterEach(() => example.stop());

  async function prepared(config: Configuration, more: Readonly<Record<string, string>> = {}) {
    const pkceCodeVerifier = randomPKCECodeVerifier();
    const expectedState = randomState();
    const url = await buildAuthorizationUrlWithPAR(config, {
      redirect_uri: REDIRECT_URI,
      scope: SCOPE,
      state: expectedState,
      code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      ...more,
    });
    return { url, checks: { pkceCodeVerifier, expectedState } };
  }

  it('openid-client discovers it, pushes, logs in and refreshes', async () => {
    const config = await registerStrictly(example.url, { scope: SCOPE });
    expect(config.serverMetadata()).toMatchObject({
      pushed_authorization_request_endpoint: `${example.url}/oauth/par`,
      require_pushed_authorization_requests: true,
    });
    const { url, checks } = await prepared(config);
    // The browser carries who asks and the reference, nothing else.
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
    const end = await logInAndDecide(new Browser(url), url, ALICE, 'allow');
    if (end.kind === 'page') throw new Error(`stayed on a page: ${String(end.status)}`);
    const tokens = await authorizationCodeGrant(config, end.url, checks);
    expect(tokens).toMatchObject({ scope: SCOPE });
    expect(await refreshTokenGrant(config, tokens.refresh_token ?? '')).toMatchObject({
      scope: SCOPE,
    });
  });

  it.each([
    { name: 'a scope beyond its own', more: { scope: 'notes:write' }, error: 'invalid_scope' },
    { name: 'a reference', more: { request_uri: 'urn:x' }, error: 'invalid_request' },
    { name: 'no API of this server', more: { resource: 'urn:x' }, error: 'invalid_target' },
  ])('openid-client is told what is wrong with $name', async ({ more, error }) => {
    const config = await registerStrictly(example.url, { scope: SCOPE });
    const refused = await prepared(config, more).catch((thrown: unknown) => thrown);
    expect(refused).toBeInstanceOf(ResponseBodyError);
    expect(refused).toMatchObject({ status: 400, error, error_description: expect.any(String) });
  });

  it('openid-client is told that its secret is wrong', async () => {
    const config = await registerStrictly(
      example.url,
      {
        redirect_uris: ['https://app.example.com/cb'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
      ClientSecretBasic('wrong'),
    );
    const refused = await prepared(config).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE', status: 401 });
    expect(refused).not.toBeInstanceOf(ResponseBodyError);
  });
});

describe.each(STORE_KINDS)('pushed requests on several instances, on $kind', ({ deploy }) => {
  const clock = createClock(Date.now());
  let deployment: Deployment;

  beforeEach(() => {
    deployment = deploy(clock);
  });
  afterEach(() => deployment.close());

  const instance = () => createTestApp({ clock, options: { store: deployment.store() } }).app;

  it('one is pushed at the first, begun at the second and bound for the third', async () => {
    const [first, second, third] = [instance(), instance(), instance()];
    const client_id = await registeredClientId(first);
    const request_uri = await pushedUri(first, client_id, createPkce(), { scope: 'openid' });
    const browser = new AppBrowser(second, 'alice');
    const begun = await beginPushed(browser, client_id, request_uri);
    const other = await beginPushed(new AppBrowser(third, 'bob'), client_id, request_uri);
    expect(other.status).toBe(400);
    const decided = await browser.at(third).submit(locationOf(begun), 'allow');
    expect(redirectParameters(decided)).toMatchObject({ iss: ISSUER, code: expect.any(String) });
  });
});
