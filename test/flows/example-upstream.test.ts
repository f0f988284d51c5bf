import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  fetchProtectedResource,
  randomPKCECodeVerifier,
  refreshTokenGrant,
} from 'openid-client';
import { spawnExample, type SpawnedExample } from '../../example-app/spawn-example.ts';
import { Browser, logInAndDecide, type Person, type Visit } from '../support/browser.ts';
import { ALICE, REDIRECT_URI, registerStrictly } from '../support/strict-client.ts';

const SCOPE = 'openid notes:read offline_access';
const LIST_TOOLS = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });

let example: SpawnedExample;
let isStopped: boolean;

beforeEach(async () => {
  example = await spawnExample({}, ['--upstream']);
  isStopped = false;
});
afterEach(async () => {
  if (!isStopped) await example.stop();
});

/** Where the app sent the browser. @throws {Error} When it stayed on a page. */
function departed(visit: Visit): URL {
  if (visit.kind === 'departure') return visit.url;
  throw new Error(`stayed on ${visit.url.pathname}: ${String(visit.status)}\n${visit.html}`);
}

/** Logs in at the provider to which the app sends the browser. */
async function logInThere(app: Browser, request: URL, person: Person): Promise<Visit> {
  const login = departed(await app.open(request));
  expect(example.greeting).toContain(`People log in at: ${login.origin}`);
  return logInAndDecide(new Browser(login), login, person);
}

describe('the example app with a login elsewhere, as a process', () => {
  it('leads over the login of the provider and consent here to tokens that work', async () => {
    const config = await registerStrictly(example.url, { scope: SCOPE });
    const pkceCodeVerifier = randomPKCECodeVerifier();
    const expectedState = 'state-of-the-client';
    const request = buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      scope: SCOPE,
    });
    const app = new Browser(request);
    const back = departed(await logInThere(app, request, ALICE));
    expect(`${back.origin}${back.pathname}`).toBe(`${example.url}/oauth/callback`);
    // No password is asked for here: what is left to answer is the consent page alone.
    const callback = departed(await logInAndDecide(app, back, { username: '', password: '' }));
    expect(callback.href.startsWith(`${REDIRECT_URI}?`)).toBe(true);

    const checks = { expectedState, pkceCodeVerifier };
    const tokens = await authorizationCodeGrant(config, callback, checks);
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      iss: example.url,
      sub: 'accounts|alice',
    });
    const refreshed = await refreshTokenGrant(config, tokens.refresh_token ?? '');
    const answer = await fetchProtectedResource(
      config,
      refreshed.access_token,
      new URL('/mcp', example.url),
      'POST',
      LIST_TOOLS,
      new Headers({
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
      }),
    );
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('tools');
  });

  it('lets nobody in with a wrong password', async () => {
    const config = await registerStrictly(example.url, { scope: SCOPE });
    const request = buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      code_challenge: await calculatePKCECodeChallenge(randomPKCECodeVerifier()),
      code_challenge_method: 'S256',
    });
    const wrong = { username: 'alice', password: 'wrong' };
    const visit = await logInThere(new Browser(request), request, wrong);
    expect(visit).toMatchObject({ kind: 'page', status: 403 });
  });

  it('stops on SIGTERM, and its provider with it', async () => {
    const [, issuer = ''] = /People log in at: (\S+)/.exec(example.greeting) ?? [];
    expect((await fetch(`${issuer}/.well-known/openid-configuration`)).status).toBe(200);
    isStopped = true;
    expect(await example.signal('SIGTERM')).toBe(0);
    await expect(fetch(`${issuer}/.well-known/openid-configuration`)).rejects.toThrow();
  });
});
