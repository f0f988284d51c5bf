import { describe, expect, it } from '@jest/globals';
import { Browser, createPkce, registeredClientId } from '../support/flow.ts';
import { expectErrorPage } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

describe('GET /oauth/authorize: openid without redirect URI (OpenID Connect Core §3.1.2.1)', () => {
  it.each(['openid', 'openid profile'])(
    'is refused with a page, though only one is registered: %s (URI-15)',
    async (scope) => {
      const { app, store } = createWatchedApp();
      const id = await registeredClientId(app, { redirect_uris: ['https://app.example.com/cb'] });
      store.forget();
      const query = { redirect_uri: undefined, scope };
      const answer = await new Browser(app, 'alice').authorize(id, createPkce(), query);
      expectErrorPage(answer, 400, 'invalid_request');
      expect(store.writes).toEqual([]);
    },
  );
});
