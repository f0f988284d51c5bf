import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt } from 'jose';
import { RESOURCE } from '../support/app.ts';
import { obtainTokens, refreshRequest, type Tokens } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { grantTokens } from './support/grant.ts';
import { createTwoApps } from './support/watched-app.ts';

const SCOPE = 'openid profile offline_access';

describe('POST /oauth/token: the scope of a refresh (RFC 6749 §6)', () => {
  it.each([
    { asked: undefined, answered: SCOPE },
    { asked: '', answered: SCOPE },
    { asked: ' ', answered: SCOPE },
    { asked: SCOPE, answered: SCOPE },
    { asked: 'profile', answered: 'profile' },
    { asked: 'offline_access  openid openid', answered: 'offline_access openid' },
  ])('is $answered when $asked is asked for', async ({ asked, answered }) => {
    const { refresh, refreshToken } = await grantTokens();
    const { status, body } = await refresh(refreshToken, { scope: asked });
    expect(status).toBe(200);
    expect(body).toMatchObject({ scope: answered });
  });

  it('can be narrower once and whole again, for the grant keeps what was approved', async () => {
    const { refresh, refreshToken } = await grantTokens();
    const narrow = (await refresh(refreshToken, { scope: 'openid' })).body as {
      refresh_token: string;
    };
    expect((await refresh(narrow.refresh_token)).body).toMatchObject({ scope: SCOPE });
  });

  it.each(['https://auth.example.com/mcp', 'https://AUTH.example.com:443/mcp/'])(
    'is for the resource that was granted, spelled %s',
    async (resource) => {
      const { refresh, refreshToken } = await grantTokens();
      const { status, body } = await refresh(refreshToken, { resource });
      expect(status).toBe(200);
      expect(decodeJwt((body as Tokens).access_token).aud).toBe(RESOURCE);
    },
  );
});

describe('POST /oauth/token: a refresh under another policy', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signingKeys = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const WIDE = { signingKeys, baselineClientScopes: ['profile', 'offline_access'] };

  async function underTwoPolicies(second: object, registered = 'openid', asked = SCOPE) {
    const made = createTwoApps({ options: WIDE }, { options: { signingKeys, ...second } });
    const tokens = await obtainTokens(made.first.app, asked, { scope: registered });
    made.store.forget();
    return { ...made, id: tokens.client_id, token: tokens.refresh_token ?? '' };
  }

  it('takes back what the policy took back, and gives it again when it is put back', async () => {
    const { first, second, id, token } = await underTwoPolicies({});
    const narrowed = await refreshRequest(second.app, id, token);
    expect(narrowed.body).toMatchObject({ scope: 'openid', refresh_token: expect.any(String) });
    const next = (narrowed.body as { refresh_token: string }).refresh_token;
    expect((await refreshRequest(first.app, id, next)).body).toMatchObject({ scope: SCOPE });
  });

  it('leaves out what was taken back of what is asked for, as long as something stays', async () => {
    const { second, id, token } = await underTwoPolicies({});
    const { body } = await refreshRequest(second.app, id, token, { scope: 'openid profile' });
    expect(body).toMatchObject({ scope: 'openid' });
  });

  it('refuses to answer with nothing, and does not rotate', async () => {
    const { first, second, id, token, store } = await underTwoPolicies({});
    const answer = await refreshRequest(second.app, id, token, { scope: 'profile' });
    expectApiError(answer, 400, 'invalid_scope');
    expect(store.writes).toEqual([]);
    expect((await refreshRequest(first.app, id, token)).status).toBe(200);
  });

  it('never gives more than was approved, though the policy grew', async () => {
    const { second, id, token } = await underTwoPolicies(
      { baselineClientScopes: ['profile', 'email', 'offline_access'] },
      'openid',
      'openid offline_access',
    );
    const { body } = await refreshRequest(second.app, id, token);
    expect(body).toMatchObject({ scope: 'openid offline_access' });
    const { refresh_token } = body as { refresh_token: string };
    const wider = await refreshRequest(second.app, id, refresh_token, { scope: 'openid email' });
    expectApiError(wider, 400, 'invalid_scope');
  });

  it('ends the grant when nothing is left of it', async () => {
    const { first, second, id, token, store } = await underTwoPolicies({
      scopesSupported: ['custom'],
    });
    expectApiError(await refreshRequest(second.app, id, token), 400, 'invalid_grant');
    expect(store.writes).toEqual(['grants.revoke']);
    expectApiError(await refreshRequest(first.app, id, token), 400, 'invalid_grant');
  });

  it('can still be done when offline_access was taken back: that was decided at the start', async () => {
    const { second, id, token } = await underTwoPolicies({ scopesSupported: ['openid'] });
    const { status, body } = await refreshRequest(second.app, id, token);
    expect(status).toBe(200);
    expect(body).toMatchObject({ scope: 'openid', refresh_token: expect.any(String) });
  });
});

describe('POST /oauth/token: whether the person is still active', () => {
  it('is asked for at each refresh', async () => {
    const asked: string[] = [];
    const { rotate, refreshToken } = await grantTokens({
      login: {
        active: (sub) => {
          asked.push(sub);
          return true;
        },
      },
    });
    expect(asked).toEqual([]);
    await rotate(await rotate(refreshToken));
    expect(asked).toEqual(['alice', 'alice']);
  });

  it.each([false, Promise.resolve(false)])(
    'ends the grant when not (REFRESH-16)',
    async (answer) => {
      const current: { active: boolean | Promise<boolean> } = { active: answer };
      const { refresh, refreshToken, store } = await grantTokens({
        login: { active: () => current.active },
      });
      expectApiError(await refresh(refreshToken), 400, 'invalid_grant');
      expect(store.writes).toEqual(['grants.revoke']);
      current.active = true;
      expectApiError(await refresh(refreshToken), 400, 'invalid_grant');
    },
  );

  it.each([
    () => {
      throw new Error('the directory is away (canary)');
    },
    () => Promise.reject(new Error('the directory is away (canary)')),
  ])('is 503 when the host cannot say, and changes nothing', async (active) => {
    const current: { active: () => boolean | Promise<boolean> } = { active };
    const { refresh, refreshToken, store } = await grantTokens({
      login: { active: () => current.active() },
    });
    const answer = await refresh(refreshToken);
    expectApiError(answer, 503, 'temporarily_unavailable');
    expect(answer.headers).toHaveProperty('retry-after', expect.stringMatching(/^[2-8]$/));
    expect(answer.text).not.toContain('canary');
    expect(store.writes).toEqual([]);
    current.active = () => true;
    expect((await refresh(refreshToken)).status).toBe(200);
  });

  it('is not asked for by somebody with a forged token', async () => {
    const { refresh, grantId, store } = await grantTokens({ login: { active: () => false } });
    expectApiError(await refresh(`${grantId}.1.${'A'.repeat(43)}`), 400, 'invalid_grant');
    expect(store.writes).toEqual([]);
  });
});
