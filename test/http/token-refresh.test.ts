import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import {
  registeredClientId,
  refreshRequest,
  tokenRequest,
  type Form,
  type Tokens,
} from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { grantTokens, type Granted } from './support/grant.ts';

const SCOPE = 'openid profile offline_access';
const GRACE_MS = 30_000;

const UNUSABLE = {
  error: 'invalid_grant',
  error_description:
    'the refresh token is unknown, expired, revoked or was issued to another client',
};

describe('POST /oauth/token: a refresh that is refused', () => {
  it.each<{ name: string; error: string; change: (granted: Granted) => Form }>([
    {
      name: 'no refresh token',
      error: 'invalid_request',
      change: () => ({ refresh_token: undefined }),
    },
    { name: 'no client', error: 'invalid_request', change: () => ({ client_id: undefined }) },
    {
      name: 'a scope that was not granted',
      error: 'invalid_scope',
      change: () => ({ scope: 'openid email' }),
    },
    {
      name: 'everything that was granted and one more',
      error: 'invalid_scope',
      change: () => ({ scope: `${SCOPE} email` }),
    },
    {
      name: 'a scope nobody knows',
      error: 'invalid_scope',
      change: () => ({ scope: 'admin:all' }),
    },
    { name: 'a scope that is none', error: 'invalid_scope', change: () => ({ scope: 'openid "' }) },
    {
      name: 'the scope constructor',
      error: 'invalid_scope',
      change: () => ({ scope: 'constructor' }),
    },
    {
      name: 'another resource',
      error: 'invalid_target',
      change: () => ({ resource: 'https://other.example' }),
    },
    {
      name: 'a token of the same generation with another MAC',
      error: 'invalid_grant',
      change: ({ grantId }) => ({ refresh_token: `${grantId}.1.${'A'.repeat(43)}` }),
    },
    {
      name: 'the token of the next generation with the MAC of this one',
      error: 'invalid_grant',
      change: ({ refreshToken }) => ({ refresh_token: refreshToken.replace('.1.', '.2.') }),
    },
    ...['0', '01', '-1', '1e1', '999999999', '9999999999', '__proto__', ''].map((generation) => ({
      name: `a generation of ${JSON.stringify(generation)}`,
      error: 'invalid_grant',
      change: ({ refreshToken }: Granted) => ({
        refresh_token: refreshToken.replace('.1.', `.${generation}.`),
      }),
    })),
    {
      name: 'a token with something after it',
      error: 'invalid_grant',
      change: ({ refreshToken }) => ({ refresh_token: `${refreshToken}=` }),
    },
    {
      name: 'the access token',
      error: 'invalid_grant',
      change: ({ tokens }) => ({ refresh_token: tokens.access_token }),
    },
    {
      name: 'the token as a code',
      error: 'invalid_grant',
      change: ({ refreshToken }) => ({
        grant_type: 'authorization_code',
        code: refreshToken.replace('.1.', '.'),
        code_verifier: 'a'.repeat(43),
      }),
    },
  ])(
    'with $name changes nothing: the token is as good as before (REFRESH-10, REFRESH-13, SCOPE-13)',
    async ({ error, change }) => {
      const granted = await grantTokens();
      const { app, id, refreshToken, store } = granted;
      const form = { grant_type: 'refresh_token', client_id: id, refresh_token: refreshToken };
      expectApiError(await tokenRequest(app, { ...form, ...change(granted) }), 400, error);
      expect(store.writes).toEqual([]);
      expect(await granted.rotate(refreshToken)).toMatch(/\.2\./);
    },
  );

  it('to another client changes nothing, in the grace window neither (REFRESH-05)', async () => {
    const granted = await grantTokens();
    const { app, refreshToken, store } = granted;
    const other = await registeredClientId(app);
    store.forget();
    for (const token of [refreshToken, refreshToken]) {
      const answer = await refreshRequest(app, other, token);
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: UNUSABLE });
      expect(store.writes).toEqual([]);
      await granted.rotate(refreshToken);
      store.forget();
    }
    expect(await granted.rotate(refreshToken)).toMatch(/\.2\./);
  });

  it('to a client that is gone is invalid_client (TOKEN-11)', async () => {
    const { app, refreshToken, store } = await grantTokens();
    expectApiError(await refreshRequest(app, 'gone', refreshToken), 401, 'invalid_client');
    expect(store.writes).toEqual([]);
  });

  it('a hundred times with a forged token changes nothing (REFRESH-13)', async () => {
    const granted = await grantTokens();
    for (let i = 0; i < 100; i += 1) {
      const mac = String(i).padStart(43, 'A');
      const answer = await granted.refresh(`${granted.grantId}.1.${mac}`);
      expect(answer.body).toEqual(UNUSABLE);
    }
    expect(granted.store.writes).toEqual([]);
    expect(await granted.rotate(granted.refreshToken)).toMatch(/\.2\./);
  });
});

describe('POST /oauth/token: rotation', () => {
  it('gives new tokens each time, for the same grant (REFRESH-01)', async () => {
    const { refresh, refreshToken, tokens, grantId, clock } = await grantTokens();
    const claims = decodeJwt(tokens.access_token);
    const seen = new Set([refreshToken, tokens.access_token]);
    let current = refreshToken;
    for (const generation of [2, 3, 4]) {
      clock.advance(60_000);
      const { status, headers, body } = await refresh(current);
      expect({ status, body }).toEqual({
        status: 200,
        body: {
          access_token: expect.any(String),
          token_type: 'Bearer',
          expires_in: 3600,
          scope: SCOPE,
          id_token: expect.any(String),
          refresh_token: expect.stringMatching(
            new RegExp(`^${grantId}\\.${String(generation)}\\.[\\w-]{43}$`),
          ),
        },
      });
      expect(headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
      const next = body as { access_token: string; refresh_token: string };
      expect(decodeJwt(next.access_token)).toEqual({
        ...claims,
        iat: clock.now() / 1000,
        exp: clock.now() / 1000 + 3600,
        jti: expect.stringMatching(new RegExp(`^${grantId}\\.[\\w-]{16}$`)),
      });
      seen.add(next.access_token).add(next.refresh_token);
      current = next.refresh_token;
    }
    expect(seen.size).toBe(8);
  });

  it('gives every process that shares a token the same successor (REFRESH-03)', async () => {
    const { refresh, refreshToken, rotate } = await grantTokens();
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(refreshToken)));
    const bodies = answers.map(({ body }) => body as Tokens);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    expect(new Set(bodies.map(({ refresh_token }) => refresh_token)).size).toBe(1);
    expect(new Set(bodies.map(({ access_token }) => access_token)).size).toBe(50);
    expect(await rotate(bodies[0]?.refresh_token ?? '')).toMatch(/\.3\./);
  });

  it('gives the same successor for thirty seconds, and no more than was granted (REFRESH-03, REFRESH-05)', async () => {
    const { refresh, rotate, refreshToken, clock } = await grantTokens();
    const next = await rotate(refreshToken);
    clock.advance(GRACE_MS);
    expect(await rotate(refreshToken)).toBe(next);
    expectApiError(await refresh(refreshToken, { scope: 'openid email' }), 400, 'invalid_scope');
    const narrower = await refresh(refreshToken, { scope: 'openid' });
    expect(narrower.body).toMatchObject({ scope: 'openid', refresh_token: next });
    expect(await rotate(next)).toMatch(/\.3\./);
  });

  it('does not slide: the window is counted from the rotation (REFRESH-06)', async () => {
    const { refresh, rotate, refreshToken, clock } = await grantTokens();
    const next = await rotate(refreshToken);
    for (const seconds of [10, 20, 30]) {
      clock.advance(10_000);
      expect({ seconds, token: await rotate(refreshToken) }).toEqual({ seconds, token: next });
    }
    clock.advance(1);
    for (let seconds = 30; seconds <= 300; seconds += 10) {
      const { status, body } = await refresh(refreshToken);
      expect({ seconds, status, body }).toEqual({ seconds, status: 400, body: UNUSABLE });
      clock.advance(10_000);
    }
  });
});

describe('POST /oauth/token: a refresh token that is used again', () => {
  it('after the grace window ends the grant, and the log warns', async () => {
    const { refresh, rotate, refreshToken, clock, log, id, grantId } = await grantTokens();
    const next = await rotate(refreshToken);
    clock.advance(GRACE_MS + 1);
    const answer = await refresh(refreshToken);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: UNUSABLE });
    expect((await refresh(next)).body).toEqual(UNUSABLE);
    expect(log.at('warn').slice(-1)).toMatchObject([
      {
        level: 'warn',
        message: 'refresh token reused: grant revoked',
        fields: { client_id: id, grant_id: grantId },
      },
    ]);
  });

  it('two generations later ends the grant, grace window or not', async () => {
    const { refresh, rotate, refreshToken } = await grantTokens();
    const newest = await rotate(await rotate(refreshToken));
    expect((await refresh(refreshToken)).body).toEqual(UNUSABLE);
    expect((await refresh(newest)).body).toEqual(UNUSABLE);
  });

  it('cannot be used to end the grant of another client (REFRESH-05)', async () => {
    const { app, refresh, rotate, refreshToken, clock } = await grantTokens();
    const other = await registeredClientId(app);
    const next = await rotate(refreshToken);
    clock.advance(GRACE_MS + 1);
    expect((await refreshRequest(app, other, refreshToken)).body).toEqual(UNUSABLE);
    expect((await refresh(next)).status).toBe(200);
  });
});

describe('POST /oauth/token: the life of a grant', () => {
  const DAY = 24 * 3600_000;

  it.each([
    { idle: 30 * DAY - 1, status: 200 },
    { idle: 30 * DAY, status: 400 },
  ])('ends when it lay unused for thirty days: $idle ms, $status', async ({ idle, status }) => {
    const { refresh, rotate, refreshToken, clock } = await grantTokens();
    clock.advance(20 * DAY);
    const next = await rotate(refreshToken);
    clock.advance(idle);
    expect((await refresh(next)).status).toBe(status);
  });

  it('ends after ninety days, however often it is used, and no access token outlives it (REFRESH-08)', async () => {
    const { refresh, refreshToken, clock } = await grantTokens();
    let current = refreshToken;
    for (const day of [20, 40, 60, 80]) {
      clock.advance(20 * DAY);
      const { body } = await refresh(current);
      expect({ day, ...(body as object) }).toMatchObject({ expires_in: 3600 });
      current = (body as { refresh_token: string }).refresh_token;
    }
    clock.advance(10 * DAY - 600_000);
    const last = await refresh(current);
    expect(last.body).toMatchObject({ expires_in: 600 });
    clock.advance(600_000);
    const { refresh_token } = last.body as { refresh_token: string };
    expect((await refresh(refresh_token)).body).toEqual(UNUSABLE);
  });

  it('ends in the grace window too (REFRESH-06)', async () => {
    const { refresh, rotate, refreshToken, clock } = await grantTokens({
      options: { refreshTokenTtlSeconds: 20 },
    });
    await rotate(refreshToken);
    clock.advance(20_000);
    expect((await refresh(refreshToken)).body).toEqual(UNUSABLE);
  });

  it('keeps its client alive', async () => {
    const { rotate, refreshToken, clock } = await grantTokens({
      options: { clientIdleTtlSeconds: 90 * 24 * 3600 },
    });
    clock.advance(29 * DAY);
    const next = await rotate(refreshToken);
    clock.advance(29 * DAY);
    expect(await rotate(next)).toMatch(/\.3\./);
  });
});
