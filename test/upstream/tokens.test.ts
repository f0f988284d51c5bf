import { describe, expect, it } from '@jest/globals';
import { describeError } from '../../lib/operations/logger.ts';
import type { UpstreamTokens } from '../../lib/upstream/port.ts';
import { logIn, loginAt, provider } from './support.ts';

const NOW = Date.now();
const at = (): { now: () => number } => ({ now: () => NOW });

describe('a refresh at the provider', () => {
  it('takes the new refresh token of a provider that rotates', async () => {
    const idp = await provider({ refreshTokens: 'rotated' });
    const login = loginAt(idp, {}, at());
    const { tokens } = await logIn(login);
    const fresh = await login.refresh(tokens);
    expect(fresh.access_token).not.toBe(tokens.access_token);
    expect(fresh.refresh_token).not.toBe(tokens.refresh_token);
    expect(idp.grants.refreshTokens()).toEqual([fresh.refresh_token]);
  });

  it('keeps the refresh token of one that does not', async () => {
    const idp = await provider({ refreshTokens: 'kept' });
    const login = loginAt(idp, {}, at());
    const { tokens } = await logIn(login);
    const fresh = await login.refresh(tokens);
    expect(fresh).toMatchObject({ refresh_token: tokens.refresh_token, scope: tokens.scope });
    expect(fresh.access_token).not.toBe(tokens.access_token);
  });

  it('knows no end of an access token whose provider does not say it', async () => {
    const idp = await provider();
    const login = loginAt(idp, {}, at());
    const { tokens } = await logIn(login);
    expect(tokens.expires_at).toBe(NOW + 3_600_000);
    idp.script.expiresIn = undefined;
    expect(await login.refresh(tokens)).not.toHaveProperty('expires_at');
  });

  it.each([1e306, 1e300, 9e15])(
    'knows none either for %d s: that is no time',
    async (expiresIn) => {
      const idp = await provider({ expiresIn });
      const login = loginAt(idp, {}, at());
      const { tokens } = await logIn(login);
      expect(tokens).not.toHaveProperty('expires_at');
      expect(await login.refresh(tokens)).not.toHaveProperty('expires_at');
    },
  );

  it('keeps what the answer leaves out', async () => {
    const idp = await provider();
    const login = loginAt(idp, {}, at());
    const { tokens } = await logIn(login);
    idp.script.tokens = (body) => {
      delete body['id_token'];
      delete body['scope'];
    };
    const { scope, id_token } = await login.refresh(tokens);
    expect({ scope, id_token }).toEqual({ scope: tokens.scope, id_token: tokens.id_token });
  });

  it('is over when the provider says so: the person has to log in again', async () => {
    const idp = await provider();
    const login = loginAt(idp);
    const { tokens } = await logIn(login);
    idp.grants.forgetRefreshTokens();
    const error: unknown = await login.refresh(tokens).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'UpstreamRefusedError', code: 'invalid_grant' });
    expect(JSON.stringify(describeError(error))).not.toMatch(/own words|upstream-refresh/);
  });

  it.each(['invalid_grant', 'interaction_required', 'consent_required', 'login_required'])(
    'is over for %s',
    async (error) => {
      const idp = await provider();
      const login = loginAt(idp);
      const { tokens } = await logIn(login);
      idp.script.faults.token = { status: 400, body: { error } };
      await expect(login.refresh(tokens)).rejects.toMatchObject({ code: 'invalid_grant' });
    },
  );

  it.each(['invalid_client', 'unauthorized_client', 'something_else'])(
    'is not over because of %s',
    async (error) => {
      const idp = await provider();
      const login = loginAt(idp);
      const { tokens } = await logIn(login);
      idp.script.faults.token = { status: 400, body: { error } };
      await expect(login.refresh(tokens)).rejects.toMatchObject({ code: 'server_error' });
    },
  );

  it.each(['unavailable', 'busy', 'garbage', 'reset'] as const)(
    'is not over because the provider is %s',
    async (fault) => {
      const idp = await provider();
      const login = loginAt(idp);
      const { tokens } = await logIn(login);
      idp.script.faults.token = fault;
      await expect(login.refresh(tokens)).rejects.toMatchObject({
        code: 'ERR_DCR_UPSTREAM_UNAVAILABLE',
      });
    },
  );

  it('is over without a refresh token, and nobody is asked', async () => {
    const idp = await provider({ refreshTokens: 'none' });
    const login = loginAt(idp);
    const { tokens } = await logIn(login);
    await expect(login.refresh(tokens)).rejects.toMatchObject({ code: 'invalid_grant' });
    expect(idp.asked('token')).toHaveLength(1);
  });

  it('refuses tokens of somebody else (OpenID Connect Core §12.2)', async () => {
    const idp = await provider();
    const login = loginAt(idp);
    const { tokens } = await logIn(login);
    idp.script.idToken = ({ claims }) => (claims['sub'] = 'bob-upstream');
    await expect(login.refresh(tokens)).rejects.toMatchObject({ code: 'invalid_grant' });
  });

  it('refuses an ID token that is not signed by the provider', async () => {
    const idp = await provider();
    const login = loginAt(idp);
    const { tokens } = await logIn(login);
    idp.script.idToken = (plan) => (plan.signedWith = 'another key');
    await expect(login.refresh(tokens)).rejects.toMatchObject({ code: 'server_error' });
  });
});

describe('a revocation at the provider (RFC 7009)', () => {
  const tokens: UpstreamTokens = {
    access_token: 'upstream-access',
    refresh_token: 'upstream-refresh',
    token_type: 'bearer',
  };

  it('is of the refresh token and of the access token', async () => {
    const idp = await provider();
    expect(await loginAt(idp).revoke(tokens)).toBe(true);
    expect(
      idp.asked('revoke').map(({ body }) => [body.get('token_type_hint'), body.get('token')]),
    ).toEqual([
      ['refresh_token', 'upstream-refresh'],
      ['access_token', 'upstream-access'],
    ]);
  });

  it('is of the access token alone where there is no other', async () => {
    const idp = await provider();
    const { access_token, token_type } = tokens;
    expect(await loginAt(idp).revoke({ access_token, token_type })).toBe(true);
    expect(idp.grants.revoked).toEqual(['upstream-access']);
  });

  it('is none where there is no endpoint', async () => {
    const idp = await provider({
      document: (document) => ({ ...document, revocation_endpoint: undefined }),
    });
    expect(await loginAt(idp).revoke(tokens)).toBe(false);
  });

  it.each([
    { status: 400, body: { error: 'invalid_token' } },
    { status: 400, body: { error: 'unsupported_token_type' } },
    { status: 202, body: {} },
  ])('is done for $status $body', async (fault) => {
    const idp = await provider({ faults: { revoke: fault } });
    expect(await loginAt(idp).revoke(tokens)).toBe(true);
  });

  it('is tried for both tokens, and fails when the provider is away', async () => {
    const idp = await provider({ faults: { revoke: 'unavailable' } });
    await expect(loginAt(idp).revoke(tokens)).rejects.toMatchObject({
      code: 'ERR_DCR_UPSTREAM_UNAVAILABLE',
    });
    expect(idp.asked('revoke')).toHaveLength(2);
  });

  it('fails when the provider does not know this client', async () => {
    const idp = await provider();
    const error: unknown = await loginAt(idp, { clientSecret: 'wrong' })
      .revoke(tokens)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'UpstreamRefusedError', code: 'server_error' });
    expect(JSON.stringify(describeError(error))).not.toMatch(/upstream-(access|refresh)/);
  });
});
