import { beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { obtainTokens, refreshRequest } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { few, from, onlyLimits } from './support/limits.ts';
import { FORM_TYPE, send, type Answer } from './support/send.ts';
import { createWatchedApp, type WatchedApp } from './support/watched-app.ts';

const USERINFO = '/oauth/userinfo';
const SCOPE = 'openid profile email offline_access';
const CHALLENGE = 'Bearer realm="userinfo"';

const ALICE = {
  name: 'Alice of the page',
  email: 'alice@example.com',
  claims: {
    name: 'Alice Example',
    email_verified: true,
    locale: 'de-CH',
    updated_at: 1_700_000_000,
    phone_number: '+1 555',
    sub: 'somebody else',
    iss: 'https://other.example',
    admin: true,
  },
};

let made: WatchedApp;

beforeEach(() => {
  made = createWatchedApp({ people: { alice: ALICE } });
});

const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

function ask(token: string, method = 'GET'): Promise<Answer> {
  return send(made.app, method, USERINFO, { headers: bearer(token) });
}

interface WithIdToken {
  readonly id_token?: string;
}

describe('GET and POST /oauth/userinfo: refused (REVINTRO-15)', () => {
  it('without a token: the challenge names no error', async () => {
    const answer = await send(made.app, 'GET', USERINFO);
    expectApiError(answer, 401, 'invalid_token');
    expect(answer.headers['www-authenticate']).toBe(`${CHALLENGE}, scope="openid"`);
    expect(answer.headers['access-control-allow-origin']).toBe('*');
  });

  it.each(['not-a-token', 'a.b.c', '"'])('with what is no token: %s', async (token) => {
    const answer = await ask(token);
    expectApiError(answer, 401, 'invalid_token');
    expect(answer.headers['www-authenticate']).toContain(`${CHALLENGE}, error="invalid_token"`);
  });

  it('with a refresh token, an ID token, or one that has ended', async () => {
    const tokens = await obtainTokens(made.app, SCOPE);
    const { refresh_token = '' } = tokens;
    const { id_token = '' } = tokens as WithIdToken;
    expect((await ask(tokens.access_token)).status).toBe(200);
    for (const token of [refresh_token, id_token]) {
      expectApiError(await ask(token), 401, 'invalid_token');
    }
    made.clock.advance(3_600_000);
    expectApiError(await ask(tokens.access_token), 401, 'invalid_token');
  });

  it('with a token that lacks openid: 403, and the scope that would do', async () => {
    const { access_token } = await obtainTokens(made.app, 'profile email');
    const answer = await ask(access_token);
    expectApiError(answer, 403, 'insufficient_scope');
    expect(answer.headers['www-authenticate']).toMatch(
      /^Bearer realm="userinfo", error="insufficient_scope", error_description="[^"]+", scope="openid"$/,
    );
  });

  it('with a token in the query or in the body, beside none in the header', async () => {
    const { access_token } = await obtainTokens(made.app, SCOPE);
    const form = `access_token=${access_token}`;
    const answers = [
      await send(made.app, 'GET', `${USERINFO}?${form}`),
      await send(made.app, 'POST', USERINFO, { headers: FORM_TYPE, body: form }),
    ];
    for (const answer of answers) expectApiError(answer, 401, 'invalid_token');
  });

  it('with two headers, whichever of them is good', async () => {
    const { access_token } = await obtainTokens(made.app, SCOPE);
    const two = [`Bearer ${access_token}`, 'Bearer x'];
    for (const Authorization of [two, [...two].reverse()]) {
      const answer = await send(made.app, 'GET', USERINFO, { headers: { Authorization } });
      expectApiError(answer, 400, 'invalid_request');
    }
  });

  it('with a token of a grant that is over, at once', async () => {
    const { access_token } = await obtainTokens(made.app, SCOPE);
    const [grantId = ''] = String(decodeJwt(access_token).jti).split('.');
    await made.store.grants.revoke(grantId, { requestId: 'r' });
    expectApiError(await ask(access_token), 401, 'invalid_token');
  });

  it.each(['grants.find', 'clients.find'])('for a while, while %s is away: 503', async (call) => {
    const { access_token } = await obtainTokens(made.app, SCOPE);
    made.store.fail(call);
    const answer = await ask(access_token);
    expectApiError(answer, 503, 'temporarily_unavailable');
    expect(answer.headers).toHaveProperty('retry-after');
    expect(answer.headers).not.toHaveProperty('www-authenticate');
    made.store.recover();
    expect((await ask(access_token)).status).toBe(200);
  });

  it('for other methods, and where openid cannot be granted', async () => {
    expectApiError(await send(made.app, 'PUT', USERINFO), 405, 'invalid_request');
    const { app } = createWatchedApp({ options: { scopesSupported: ['mcp:read'] } });
    expect((await send(app, 'GET', USERINFO)).status).toBe(404);
  });

  it('when one network asks too often', async () => {
    const limited = createWatchedApp({ options: { rateLimits: onlyLimits({ token: few(2) }) } });
    limited.app.set('trust proxy', 1);
    const { access_token } = await obtainTokens(limited.app, SCOPE);
    const headers = { ...bearer(access_token), ...from('203.0.113.7') };
    const asked = () => send(limited.app, 'GET', USERINFO, { headers });
    const answers = [await asked(), await asked(), await asked()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expectApiError(answers[2]!, 429, 'temporarily_unavailable');
    expect(answers[2]?.headers).not.toHaveProperty('www-authenticate');
  });
});

describe('GET and POST /oauth/userinfo (OpenID Connect Core §5.3)', () => {
  it.each([
    { scope: 'openid', want: {} },
    { scope: 'openid email', want: { email: 'alice@example.com', email_verified: true } },
    {
      scope: 'openid profile',
      want: { name: 'Alice Example', locale: 'de-CH', updated_at: 1_700_000_000 },
    },
  ])('says what $scope asks for, and who it is by our name', async ({ scope, want }) => {
    const tokens = await obtainTokens(made.app, scope);
    for (const method of ['GET', 'POST']) {
      const { status, headers, body } = await ask(tokens.access_token, method);
      expect({ status, body }).toEqual({ status: 200, body: { sub: 'alice', ...want } });
      expect(headers).toMatchObject({
        'content-type': expect.stringMatching(/^application\/json/),
        'cache-control': 'no-store',
        'access-control-allow-origin': '*',
      });
      expect(headers).not.toHaveProperty('etag');
    }
    const { id_token = '' } = tokens as WithIdToken;
    expect(decodeJwt(id_token).sub).toBe('alice');
  });

  it('says no more than the token may, when a refresh narrowed it', async () => {
    const { client_id, refresh_token } = await obtainTokens(made.app, SCOPE);
    const { body } = await refreshRequest(made.app, client_id, refresh_token, {
      scope: 'openid email',
    });
    const answer = await ask((body as { access_token: string }).access_token);
    expect(answer.body).toEqual({
      sub: 'alice',
      email: 'alice@example.com',
      email_verified: true,
    });
  });

  it('says who it is where the login says nothing else', async () => {
    made = createWatchedApp();
    const { access_token } = await obtainTokens(made.app, SCOPE);
    expect((await ask(access_token)).body).toEqual({ sub: 'alice' });
  });

  it('keeps nothing that was not asked for, and tells the operator what there was no room for', async () => {
    made = createWatchedApp({
      people: { alice: { ...ALICE, claims: { picture: 'x'.repeat(5000), nickname: 'Al' } } },
    });
    const { access_token } = await obtainTokens(made.app, 'openid profile');
    const body = { sub: 'alice', name: 'Alice of the page', nickname: 'Al' };
    expect((await ask(access_token)).body).toEqual(body);
    const line = made.log.entries.find(({ message }) => message.startsWith('claims left out'));
    expect(line?.fields).toMatchObject({ left: ['picture'] });
    const [grantId = ''] = String(decodeJwt(access_token).jti).split('.');
    const kept = JSON.stringify(await made.store.grants.find(grantId));
    expect(kept).not.toMatch(/Alice of|alice@|xxxx/);
    expect(kept).toContain('"claims":"1.');
  });
});
