import { describe, expect, it } from '@jest/globals';
import type { TestAppOptions } from '../support/app.ts';
import { grantTokens, type Granted } from './support/grant.ts';
import { send, type Answer } from './support/send.ts';

/** A host with two routes: one that asks whether the token was revoked, and one that does not. */
async function protectedGrant(given: TestAppOptions = {}): Promise<Granted> {
  const granted = await grantTokens(given);
  for (const checkRevocation of [true, false]) {
    const bearer = granted.server.requireBearer({ resource: '/mcp', checkRevocation });
    granted.app.get(checkRevocation ? '/checked' : '/unchecked', bearer, (_req, res) => {
      res.json('served');
    });
  }
  return granted;
}

function call({ app, tokens }: Granted, path: string): Promise<Answer> {
  const headers = { Authorization: `Bearer ${tokens.access_token}` };
  return send(app, 'GET', path, { headers });
}

describe('requireBearer({ checkRevocation: true })', () => {
  it.each<{ name: string; end: (granted: Granted) => Promise<unknown> }>([
    {
      name: 'was revoked by its client',
      end: async ({ app, id, refreshToken }) => {
        const body = new URLSearchParams({ token: refreshToken, client_id: id }).toString();
        const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
        expect((await send(app, 'POST', '/oauth/revoke', { headers, body })).status).toBe(200);
      },
    },
    {
      name: 'was revoked by the person',
      end: ({ server }) => server.grants.revoke({ subject: 'alice' }),
    },
  ])('sees at once that a token $name', async ({ end }) => {
    const granted = await protectedGrant();
    expect((await call(granted, '/checked')).status).toBe(200);
    await end(granted);
    const refused = await call(granted, '/checked');
    expect(refused).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect(refused.headers['www-authenticate']).toMatch(/^Bearer .*error="invalid_token"/);
    expect((await call(granted, '/unchecked')).status).toBe(200);
    const { access_token } = granted.tokens;
    await expect(
      granted.server.verifyAccessToken(access_token, { checkRevocation: true }),
    ).rejects.toMatchObject({ code: 'invalid_token' });
    expect(await granted.server.verifyAccessToken(access_token)).toMatchObject({
      clientId: granted.id,
    });
  });

  it('sees at once that a client was blocked; a route without it only when the token expires', async () => {
    const granted = await protectedGrant();
    await granted.server.clients.block(granted.id);
    const blocked = await call(granted, '/checked');
    expect(blocked).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect((await call(granted, '/unchecked')).status).toBe(200);
    granted.clock.advance(granted.tokens.expires_in * 1000);
    expect((await call(granted, '/unchecked')).status).toBe(401);
  });

  it('refuses a token of a client that is gone', async () => {
    const granted = await protectedGrant();
    granted.store.clients.find = async () => undefined;
    expect((await call(granted, '/checked')).status).toBe(401);
  });

  it('refuses a token of a person who may not any more, and ends the grant', async () => {
    let active = true;
    const granted = await protectedGrant({ login: { active: () => active } });
    active = false;
    expect((await call(granted, '/checked')).status).toBe(401);
    expect(await granted.store.grants.find(granted.grantId)).toBeUndefined();
  });

  it.each(['grants.find', 'clients.find'])(
    'says nothing of a token while %s fails: 503 without a challenge',
    async (failing) => {
      const granted = await protectedGrant();
      granted.store.fail(failing);
      const away = await call(granted, '/checked');
      expect(away).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
      expect(away.headers).toHaveProperty('retry-after');
      expect(away.headers).not.toHaveProperty('www-authenticate');
      expect((await call(granted, '/unchecked')).status).toBe(200);
    },
  );

  it('takes no word for a choice', async () => {
    const { server } = await grantTokens();
    const checkRevocation = 'false' as unknown as boolean;
    expect(() => server.requireBearer({ resource: '/mcp', checkRevocation })).toThrow(TypeError);
  });
});
