import { describe, expect, it } from '@jest/globals';
import { SIGNING_KEY } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  obtainTokens,
  redirectParameters,
  refreshRequest,
  register,
  registeredClientId,
} from '../support/flow.ts';
import { openConsent } from './support/consent.ts';
import { expectApiError, readable } from './support/expect.ts';
import { createTwoApps, createWatchedApp } from './support/watched-app.ts';

const signingKeys = SIGNING_KEY;

const REGISTERED = {
  scopesSupported: ['openid', 'email', 'offline_access', 'files', 'admin:read'],
  restrictedScopes: ['admin:*'],
  signingKeys,
} as const;
const SUPPORTED = { ...REGISTERED, scopeCeiling: 'supported' } as const;
const NARROW = { scope: 'openid' };
const WIDE_SCOPE = 'openid files offline_access';

describe("scopeCeiling: 'supported', at registration", () => {
  it.each([
    { sent: 'openid', answered: 'openid' },
    { sent: undefined, answered: 'openid email offline_access files' },
  ])('$sent is answered as by the other rule: $answered', async ({ sent, answered }) => {
    const { first, second } = createTwoApps({ options: REGISTERED }, { options: SUPPORTED });
    for (const { app } of [first, second]) {
      const { status, body } = await register(app, { scope: sent });
      expect({ status, scope: (body as { scope: string }).scope }).toEqual({
        status: 201,
        scope: answered,
      });
    }
  });

  it.each(['stranger', 'admin:read', 'openid admin:read'])('%s is refused', async (scope) => {
    const { app, store } = createWatchedApp({ options: SUPPORTED });
    expectApiError(await register(app, { scope }), 400, 'invalid_client_metadata');
    expect(store.writes).toEqual([]);
  });
});

describe("scopeCeiling: 'supported', at the authorization endpoint", () => {
  it.each(['stranger', 'admin:read', 'openid admin:read', 'files stranger', 'FILES'])(
    '%s is invalid_scope for everybody',
    async (scope) => {
      const { app, store } = createWatchedApp({ options: SUPPORTED });
      const id = await registeredClientId(app, NARROW);
      store.forget();
      const answer = await new Browser(app, 'alice').authorize(id, createPkce(), { scope });
      expect(redirectParameters(answer)).toMatchObject({ error: 'invalid_scope' });
      expect(store.writes).toEqual([]);
    },
  );

  it.each(['files', WIDE_SCOPE, 'email openid'])(
    '%s is given to a client that registered less, when the person allows it',
    async (scope) => {
      const { app } = createWatchedApp({ options: SUPPORTED });
      expect((await obtainTokens(app, scope, NARROW)).scope).toBe(scope);
    },
  );

  it('is never given unasked', async () => {
    const { html, browser, url, store } = await openConsent({
      options: SUPPORTED,
      metadata: NARROW,
      query: { scope: WIDE_SCOPE },
    });
    for (const scope of WIDE_SCOPE.split(' ')) expect(readable(html)).toContain(`( ${scope} )`);
    expect(redirectParameters(await browser.submit(url, 'deny'))).toMatchObject({
      error: 'access_denied',
    });
    expect(store.writes).toEqual(['authorizations.deny']);
  });

  it('gives no more than was registered to who asks for nothing', async () => {
    const { html } = await openConsent({ options: SUPPORTED, metadata: NARROW });
    expect(readable(html).match(/\( \S+ \)/g)).toEqual(['( openid )']);
  });

  it.each([{}, { scopeCeiling: 'registered' }] as const)(
    'is invalid_scope beyond what was registered, with %j',
    async (more) => {
      const { app } = createWatchedApp({ options: { ...REGISTERED, ...more } });
      const id = await registeredClientId(app, NARROW);
      const browser = new Browser(app, 'alice');
      const answer = await browser.authorize(id, createPkce(), { scope: 'openid files' });
      expect(redirectParameters(answer)).toMatchObject({ error: 'invalid_scope' });
    },
  );

  it("asks for what is restricted in vain, also with unsupportedScopes: 'drop'", async () => {
    const { app } = createWatchedApp({ options: { ...SUPPORTED, unsupportedScopes: 'drop' } });
    const tokens = await obtainTokens(app, 'files admin:read stranger', NARROW);
    expect(tokens.scope).toBe('files');
  });
});

describe("scopeCeiling: 'supported', at a refresh", () => {
  async function granted() {
    const made = createTwoApps({ options: SUPPORTED }, { options: REGISTERED });
    const tokens = await obtainTokens(made.first.app, WIDE_SCOPE, NARROW);
    return { ...made, id: tokens.client_id, token: tokens.refresh_token };
  }
  const answered = ({ body }: { body: unknown }) =>
    body as { scope: string; refresh_token: string };

  it('keeps what was granted', async () => {
    const { first, id, token } = await granted();
    const once = answered(await refreshRequest(first.app, id, token));
    expect(once.scope).toBe(WIDE_SCOPE);
    const twice = answered(await refreshRequest(first.app, id, once.refresh_token));
    expect(twice.scope).toBe(WIDE_SCOPE);
  });

  it('gives nothing that was not granted, though it could have been', async () => {
    const { first, id, token } = await granted();
    const answer = await refreshRequest(first.app, id, token, { scope: 'openid email' });
    expectApiError(answer, 400, 'invalid_scope');
  });

  it('narrows when it is switched back, and is whole again when it is put back', async () => {
    const { first, second, id, token } = await granted();
    const narrow = answered(await refreshRequest(second.app, id, token));
    expect(narrow.scope).toBe('openid');
    const { refresh_token } = narrow;
    expectApiError(
      await refreshRequest(second.app, id, refresh_token, { scope: 'files' }),
      400,
      'invalid_scope',
    );
    expect(answered(await refreshRequest(first.app, id, refresh_token)).scope).toBe(WIDE_SCOPE);
  });

  it('shows less on a page that is still open when it is switched back', async () => {
    const { first, second } = createTwoApps({ options: SUPPORTED }, { options: REGISTERED });
    const id = await registeredClientId(first.app, NARROW);
    const browser = new Browser(first.app, 'alice');
    const begun = await browser.authorize(id, createPkce(), { scope: 'openid files' });
    const url = (begun.headers as Record<string, string>)['location'] ?? '';
    expect(readable((await browser.get(url)).text)).toContain('( files )');
    const page = await browser.at(second.app).get(url);
    expect(page.status).toBe(200);
    expect(readable(page.text).match(/\( \S+ \)/g)).toEqual(['( openid )']);
  });
});
