import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { refreshRequest, tokenRequest, type Tokens } from '../support/flow.ts';
import { issueCode, type Issued } from './support/grant.ts';
import { send } from './support/send.ts';

/** What an answer says of the access token in it, and when the grant ends if nothing more is done. */
async function lifetimeOf({ store, grantId }: Issued, { access_token, expires_in }: Tokens) {
  const { iat = 0, exp = 0 } = decodeJwt(access_token);
  const grant = await store.grants.find(grantId);
  return { expires_in, lives: exp - iat, isWithinGrant: exp * 1000 <= (grant?.expires_at ?? 0) };
}

describe('an access token', () => {
  it.each([
    { name: 'the grant may lie unused', access: 3600, idle: 600, want: 600 },
    { name: 'the grant may lie unused, a second less', access: 3600, idle: 3599, want: 3599 },
    { name: 'both, for they are equal', access: 3600, idle: 3600, want: 3600 },
    { name: 'it may by itself', access: 600, idle: 3600, want: 600 },
  ])(
    'of a grant that can be refreshed lives as long as $name: $access s and $idle s',
    async ({ access, idle, want }) => {
      const options = { accessTokenTtlSeconds: access, refreshTokenTtlSeconds: idle };
      const issued = await issueCode({ options, query: { scope: 'openid offline_access' } });
      const lifetime = { expires_in: want, lives: want, isWithinGrant: true };
      const redeemed = (await tokenRequest(issued.app, issued.form)).body as Tokens;
      expect(await lifetimeOf(issued, redeemed)).toEqual(lifetime);
      issued.clock.advance(500_000);
      const { body } = await refreshRequest(issued.app, issued.id, redeemed.refresh_token);
      expect(await lifetimeOf(issued, body as Tokens)).toEqual(lifetime);
    },
  );

  it('that comes with a repeated refresh ends with the grant, which that does not renew', async () => {
    const options = { refreshTokenTtlSeconds: 60 };
    const issued = await issueCode({ options, query: { scope: 'openid offline_access' } });
    const { app, id, clock } = issued;
    const { refresh_token } = (await tokenRequest(app, issued.form)).body as Tokens;
    clock.advance(10_000);
    await refreshRequest(app, id, refresh_token);
    clock.advance(30_000);
    const repeated = (await refreshRequest(app, id, refresh_token)).body as Tokens;
    expect(await lifetimeOf(issued, repeated)).toEqual({
      expires_in: 30,
      lives: 30,
      isWithinGrant: true,
    });
  });

  it('of a grant that cannot be refreshed lives as long as it may by itself', async () => {
    const options = { accessTokenTtlSeconds: 3600, refreshTokenTtlSeconds: 600 };
    const issued = await issueCode({ options, query: { scope: 'openid' } });
    const tokens = (await tokenRequest(issued.app, issued.form)).body as Tokens;
    expect(tokens).not.toHaveProperty('refresh_token');
    expect(await lifetimeOf(issued, tokens)).toEqual({
      expires_in: 3600,
      lives: 3600,
      isWithinGrant: true,
    });
    issued.clock.advance(3_599_000);
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    expect((await send(issued.app, 'GET', '/mcp', { headers })).status).toBe(200);
  });
});
