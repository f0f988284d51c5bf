import { describe, expect, it } from '@jest/globals';
import {
  Browser,
  createPkce,
  locationOf,
  obtainCode,
  redemption,
  register,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { expectApiError, expectErrorPage } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

/** What would match a pattern for the hosts below example.com, if there were one. */
const TRICKS = [
  'https://evil.com/.example.com/cb',
  'https://a.example.com.evil.com/cb',
  'https://xexample.com/cb',
  'https://a.b.example.com/cb',
];

describe('a redirect URI that looks like a pattern', () => {
  it.each([
    'https://*.example.com/cb',
    'https://a.*.com/cb',
    'https://a.example.*/cb',
    'https://*/cb',
    'https://a.example.com:*/cb',
    'https://a.example.com/*',
    'https://a.example.com/**/cb',
    'https://a.example.com/cb*',
    'https://a.example.com/cb?x=*',
    'https://.example.com/cb',
    'https://evil.com#.example.com/cb',
    'https://a.example.com@evil.com/cb',
    'https://{tenant}.example.com/cb',
    'https://a.example.com/{tenant}/cb',
    '^https://a\\.example\\.com/cb$',
    'https://a.example.com/^cb',
    'https://a.example.com/cb|https://evil.com/cb',
    'https://(a|b).example.com/cb',
    'https://[ab].example.com/cb',
  ])('cannot be registered: %s (URI-23)', async (uri) => {
    const { app, store } = createWatchedApp();
    const answer = await register(app, { redirect_uris: [uri] });
    expectApiError(answer, 400, 'invalid_redirect_uri');
    expect(store.writes).toEqual([]);
  });

  it.each([...TRICKS, 'https://evil.com#.example.com/cb', 'https://a.example.com@evil.com/cb'])(
    'is not what another was registered as: %s (URI-23)',
    async (redirect_uri) => {
      const { app, store } = createWatchedApp();
      const redirect_uris = ['https://a.example.com/cb', 'https://example.com/cb'];
      const id = await registeredClientId(app, { redirect_uris });
      store.forget();
      const answer = await new Browser(app, 'alice').authorize(id, createPkce(), { redirect_uri });
      expectErrorPage(answer, 400, 'invalid_request');
      expect(store.writes).toEqual([]);
    },
  );

  it.each(TRICKS)('is the one place it names, and no other: %s (URI-23)', async (uri) => {
    const { app } = createWatchedApp();
    const id = await registeredClientId(app, { redirect_uris: [uri] });
    const browser = new Browser(app, 'alice');
    const decided = await browser.decide('allow', id, createPkce(), { redirect_uri: uri });
    expect(locationOf(decided).startsWith(`${uri}?code=`)).toBe(true);
    for (const redirect_uri of ['https://a.example.com/cb', 'https://example.com/cb']) {
      const answer = await browser.authorize(id, createPkce(), { redirect_uri });
      expectErrorPage(answer, 400, 'invalid_request');
    }
  });

  it.each([
    { kept: 'https://a.example.com/(x)', asked: 'https://a.example.com/x' },
    { kept: 'https://a.example.com/x.z', asked: 'https://a.example.com/xyz' },
    { kept: 'https://a.example.com/x+', asked: 'https://a.example.com/xx' },
    { kept: 'https://a.example.com/x$', asked: 'https://a.example.com/x' },
    { kept: 'https://a.example.com/[xy]', asked: 'https://a.example.com/x' },
    { kept: 'https://a.example.com/:id/cb', asked: 'https://a.example.com/1/cb' },
    { kept: 'https://a.example.com/%2A', asked: 'https://a.example.com/cb' },
    { kept: 'https://a.example.com/%2A', asked: 'https://a.example.com/*' },
    { kept: 'https://a.example.com/', asked: 'https://a.example.com/cb' },
    { kept: 'https://a.example.com/cb', asked: 'https://a.example.com/cb/more' },
    { kept: 'https://a.example.com/cb', asked: 'https://*.example.com/cb' },
    { kept: 'http://127.0.0.1/x.z', asked: 'http://127.0.0.1:5000/xyz' },
    { kept: 'http://127.0.0.1/cb', asked: 'http://127.0.0.1:*/cb' },
    { kept: 'myapp://a.b/cb', asked: 'myapp://axb/cb' },
  ])('is compared as it is written: $kept is not $asked (URI-23)', async ({ kept, asked }) => {
    const { app } = createWatchedApp();
    const id = await registeredClientId(app, { redirect_uris: [kept] });
    const pkce = createPkce();
    const browser = new Browser(app, 'alice');
    const refused = await browser.authorize(id, pkce, { redirect_uri: asked });
    expectErrorPage(refused, 400, 'invalid_request');

    const code = await obtainCode(app, id, pkce, { redirect_uri: kept });
    const elsewhere = redemption(id, code, pkce, { redirect_uri: asked });
    expectApiError(await tokenRequest(app, elsewhere), 400, 'invalid_grant');
    const there = redemption(id, code, pkce, { redirect_uri: kept });
    expect((await tokenRequest(app, there)).status).toBe(200);
  });
});
