import { describe, expect, it } from '@jest/globals';
import { FAILING_LOGGERS, heardDuring, LOGGER_FAILED } from '../support/failing-loggers.ts';
import {
  Browser,
  createPkce,
  obtainTokens,
  redirectParameters,
  refreshRequest,
  register,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { openConsent } from './support/consent.ts';
import { expectApiError, expectErrorPage } from './support/expect.ts';
import { grantTokens, isRedeemable, issueCode } from './support/grant.ts';
import { createWatchedApp } from './support/watched-app.ts';

/** Node is told once, and nothing was left to itself. */
const ONCE = { warnings: [LOGGER_FAILED], rejections: [] };

describe.each(FAILING_LOGGERS)('with a logger that $name (LOG-06)', ({ create }) => {
  it('the whole flow is answered as ever', async () => {
    const { logger, calls } = create();
    const heard = await heardDuring(async () => {
      const { app } = createWatchedApp({ options: { logger } });
      const started = calls();
      const tokens = await obtainTokens(app, 'openid offline_access');
      expect(tokens.scope).toBe('openid offline_access');
      const { status, body } = await refreshRequest(app, tokens.client_id, tokens.refresh_token);
      expect({ status, body }).toMatchObject({ status: 200, body: { expires_in: 3600 } });
      expect(calls()).toBeGreaterThanOrEqual(started + 4);
    });
    expect(heard).toEqual(ONCE);
  });

  it('a registration is kept once, and one that is refused is not', async () => {
    const { logger, calls } = create();
    const heard = await heardDuring(async () => {
      const { app, store } = createWatchedApp({ options: { logger } });
      expectApiError(await register(app, { scope: 'x' }), 400, 'invalid_client_metadata');
      expect(store.writes).toEqual([]);
      const before = calls();
      expect((await register(app)).status).toBe(201);
      expect(calls()).toBeGreaterThan(before);
      expect(store.writes).toEqual(['clients.insert']);
    });
    expect(heard).toEqual(ONCE);
  });

  it('a code is spent once, and a replay ends its grant', async () => {
    const { logger } = create();
    const heard = await heardDuring(async () => {
      const { app, form, id, clock, store } = await issueCode({ options: { logger } });
      const wrong = { ...form, code_verifier: 'a'.repeat(43) };
      expectApiError(await tokenRequest(app, wrong), 400, 'invalid_grant');
      expect(store.writes).toEqual([]);
      const redeemed = await tokenRequest(app, form);
      expect(redeemed.status).toBe(200);
      expect(store.writes.filter((call) => call === 'grants.redeem')).toHaveLength(1);
      expectApiError(await tokenRequest(app, form), 400, 'invalid_grant');
      const { refresh_token } = redeemed.body as { refresh_token: string };
      const refreshed = await refreshRequest(app, id, refresh_token);
      expect(refreshed.status).toBe(200);
      clock.advance(11_000);
      expectApiError(await tokenRequest(app, form), 400, 'invalid_grant');
      expectApiError(await refreshRequest(app, id, refresh_token), 400, 'invalid_grant');
    });
    expect(heard).toEqual(ONCE);
  });

  it('a refresh token that is used again ends its grant', async () => {
    const { logger } = create();
    const heard = await heardDuring(async () => {
      const granted = await grantTokens({ options: { logger } });
      const next = await granted.rotate(granted.refreshToken);
      granted.clock.advance(30_001);
      expectApiError(await granted.refresh(granted.refreshToken), 400, 'invalid_grant');
      expectApiError(await granted.refresh(next), 400, 'invalid_grant');
    });
    expect(heard).toEqual(ONCE);
  });

  it('a request to authorize is refused as ever', async () => {
    const { logger, calls } = create();
    const heard = await heardDuring(async () => {
      const { app } = createWatchedApp({ options: { logger } });
      const id = await registeredClientId(app);
      const browser = new Browser(app, 'alice');
      const before = calls();
      const unknown = await browser.authorize('unknown', createPkce());
      expectErrorPage(unknown, 400, 'invalid_client');
      const answer = await browser.authorize(id, createPkce(), { scope: 'x' });
      expect(answer.status).toBe(303);
      expect(redirectParameters(answer)).toMatchObject({ error: 'invalid_scope' });
      expect(calls()).toBeGreaterThanOrEqual(before + 2);
    });
    expect(heard).toEqual(ONCE);
  });

  it('a decision is answered as ever', async () => {
    const { logger, calls } = create();
    const heard = await heardDuring(async () => {
      const { browser, url, csrf } = await openConsent({ options: { logger } });
      const before = calls();
      expect((await browser.post(url, { decision: 'allow', csrf: 'x' })).status).toBe(403);
      expect(calls()).toBeGreaterThan(before);
      const allowed = await browser.post(url, { decision: 'allow', csrf });
      expect(allowed.status).toBe(303);
      expect(redirectParameters(allowed)).toHaveProperty('code');
    });
    expect(heard).toEqual(ONCE);
  });

  it('a failure of the host or of the store is answered as ever', async () => {
    const { logger, calls } = create();
    const heard = await heardDuring(async () => {
      const claims = { fails: true };
      const accessTokenClaims = (): Record<string, unknown> => {
        if (claims.fails) throw new Error('broken');
        return {};
      };
      const issued = await issueCode({ options: { logger }, login: { accessTokenClaims } });
      const before = calls();
      expectApiError(await tokenRequest(issued.app, issued.form), 500, 'server_error');
      issued.store.fail();
      const away = await tokenRequest(issued.app, issued.form);
      expectApiError(away, 503, 'temporarily_unavailable');
      expect(calls()).toBeGreaterThanOrEqual(before + 2);
      issued.store.recover();
      claims.fails = false;
      expect(await isRedeemable(issued)).toBe(true);
    });
    expect(heard).toEqual(ONCE);
  });
});
