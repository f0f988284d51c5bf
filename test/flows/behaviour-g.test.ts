import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { Tokens } from '../support/flow.ts';
import { expectApiError } from '../http/support/expect.ts';
import { grantTokens } from '../http/support/grant.ts';
import { send } from '../http/support/send.ts';

describe('behaviour G: refreshing', () => {
  it('G187: gives a new access token and a new refresh token', async () => {
    const { tokens, refreshToken, refresh } = await grantTokens();
    const { status, body } = await refresh(refreshToken);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 3600,
        scope: tokens.scope,
        id_token: expect.any(String),
        refresh_token: expect.any(String),
      },
    });
    const { access_token, refresh_token } = body as Tokens;
    expect(access_token).not.toBe(tokens.access_token);
    expect(refresh_token).not.toBe(refreshToken);
  });

  it('G188: the old refresh token gives the same successor within the grace window', async () => {
    const { refreshToken, rotate, clock } = await grantTokens();
    const next = await rotate(refreshToken);
    clock.advance(30_000);
    expect(await rotate(refreshToken)).toBe(next);
  });

  it('G188: the old refresh token is refused after the grace window, and so is the new one then', async () => {
    const { refreshToken, refresh, rotate, clock } = await grantTokens();
    const next = await rotate(refreshToken);
    clock.advance(30_001);
    expectApiError(await refresh(refreshToken), 400, 'invalid_grant');
    expectApiError(await refresh(next), 400, 'invalid_grant');
  });

  it('G190: works after the access token has ended', async () => {
    const { app, clock, tokens, refreshToken, refresh } = await grantTokens({
      options: { accessTokenTtlSeconds: 60 },
    });
    const call = async (token: string): Promise<number> =>
      (await send(app, 'GET', '/mcp', { headers: { Authorization: `Bearer ${token}` } })).status;
    expect(decodeJwt(tokens.access_token).exp).toBe(clock.now() / 1000 + 60);
    expect(await call(tokens.access_token)).toBe(200);
    clock.advance(3600_000);
    expect(await call(tokens.access_token)).toBe(401);
    const { status, body } = await refresh(refreshToken);
    expect(status).toBe(200);
    expect(body).toMatchObject({ expires_in: 60 });
    expect(await call((body as Tokens).access_token)).toBe(200);
  });
});
