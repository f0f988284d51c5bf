import { describe, expect, it } from '@jest/globals';
import { basic, registeredConfidential, WEB_REDIRECT_URI } from '../support/confidential.ts';
import { createPkce, obtainTokens, register, tokenRequest } from '../support/flow.ts';
import { manage, registered, update } from '../support/management.ts';
import { push } from '../support/pushed.ts';
import { grantTokens, issueCode } from './support/grant.ts';
import { FORM_TYPE, send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

type Asked = readonly [name: string, status: number, ask: () => Promise<Answered>];

interface Answered {
  readonly status: number;
  readonly headers: unknown;
}

const API = { id: 'api', secret: 's'.repeat(32) };
const WITH_SECRET = {
  redirect_uris: [WEB_REDIRECT_URI],
  token_endpoint_auth_method: 'client_secret_post',
};

async function introspected(): Promise<Answered> {
  const { app, tokens } = await grantTokens({ options: { resourceServers: [API] } });
  const headers = { ...FORM_TYPE, Authorization: basic(`${API.id}:${API.secret}`) };
  const body = new URLSearchParams({ token: tokens.access_token }).toString();
  return send(app, 'POST', '/oauth/introspect', { headers, body });
}

async function told(): Promise<Answered> {
  const { app } = createWatchedApp();
  const { access_token } = await obtainTokens(app, 'openid profile');
  const headers = { Authorization: `Bearer ${access_token}` };
  return send(app, 'GET', '/oauth/userinfo', { headers });
}

describe('an answer with tokens, credentials or what is known of somebody (RFC 6749 §5.1)', () => {
  it.each<Asked>([
    [
      'tokens for a code',
      200,
      async () => {
        const { app, form } = await issueCode();
        return tokenRequest(app, form);
      },
    ],
    [
      'tokens for a refresh token',
      200,
      async () => {
        const { refresh, refreshToken } = await grantTokens();
        return refresh(refreshToken);
      },
    ],
    ['a client and its token', 201, () => register(createWatchedApp().app, {})],
    ['a client and its secret', 201, () => register(createWatchedApp().app, WITH_SECRET)],
    [
      'a client that reads',
      200,
      async () => {
        const { app } = createWatchedApp();
        return manage(app, 'get', await registered(app));
      },
    ],
    [
      'a client that is updated',
      200,
      async () => {
        const { app } = createWatchedApp();
        return update(app, await registered(app, WITH_SECRET), WITH_SECRET);
      },
    ],
    [
      'a request that was pushed',
      201,
      async () => {
        const { app } = createWatchedApp();
        const { client_id, client_secret } = await registeredConfidential(app);
        const query = { redirect_uri: WEB_REDIRECT_URI };
        const headers = { Authorization: basic(`${client_id}:${client_secret}`) };
        return push(app, client_id, createPkce(), query, headers);
      },
    ],
    ['a token that is asked about', 200, introspected],
    ['a person', 200, told],
  ])('is kept by no cache, however old: %s', async (_name, status, ask) => {
    expect(await ask()).toMatchObject({
      status,
      headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
    });
  });

  it('does not say so of the keys, which are for everybody', async () => {
    const answer = await send(createWatchedApp().app, 'GET', '/oauth/jwks');
    expect(answer.headers).not.toHaveProperty('pragma');
  });
});
