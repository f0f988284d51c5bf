import { describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import { createPkce, obtainCode, redemption, register, tokenRequest } from '../support/flow.ts';
import { send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';
import { REGISTRATION_MANAGEMENT } from '../support/registration-management.ts';

/** In two parts: lint takes the whole for an address of ours. */
const SCRIPT = 'javascript';
const METADATA_PATH = '/.well-known/oauth-authorization-server';

/** Members of other specifications, with values that would matter if somebody obeyed them. */
const MEMBERS = [
  ...[
    [`${SCRIPT}:1`, 'https://a.example/#x'],
    [`${SCRIPT}:1`],
    ['https://a.example/#x'],
    'https://a.example/',
  ].map((value) => ({ row: 'URI-25', name: 'post_logout_redirect_uris', value })),
  ...[
    ['userinfo_signed_response_alg', 'none'],
    ['request_object_signing_alg', 'none'],
    ['id_token_encrypted_response_alg', 'RSA1_5'],
  ].map(([name = '', value]) => ({ row: 'META-15', name, value })),
];

describe('POST /oauth/register: members of specifications that are not offered here', () => {
  it.each(MEMBERS)('$name of $value is neither echoed nor kept ($row)', async (given) => {
    const { app, store } = createWatchedApp();
    const plain = (await register(app)).body as object;
    const { status, body } = await register(app, { [given.name]: given.value });
    expect({ status, body }).toEqual({
      status: 201,
      body: { ...plain, ...REGISTRATION_MANAGEMENT, client_id: expect.any(String) },
    });
    const record = await store.clients.find((body as { client_id: string }).client_id);
    expect(JSON.stringify(record)).not.toMatch(/logout|_alg"|a\.example|HS256|RSA1_5/);
  });
});

describe('what is not offered to those who register it', () => {
  it('is no endpoint to log out at, and no redirect (URI-25)', async () => {
    const { app } = createWatchedApp();
    const { body } = await send(app, 'GET', METADATA_PATH);
    expect(body).toHaveProperty('token_endpoint');
    expect(body).not.toHaveProperty('end_session_endpoint');
    for (const path of ['/oauth/logout', '/oauth/end_session']) {
      const query = 'post_logout_redirect_uri=https%3A%2F%2Fevil.example&id_token_hint=x';
      const answer = await send(app, 'GET', `${path}?${query}`);
      expect(answer.status).toBe(404);
      expect(answer.headers).not.toHaveProperty('location');
    }
  });

  it.each(['none', 'HS256', 'RS256', 'ES256'])(
    'is no ID token signed with %s: the answer says with what, and so they are (META-15)',
    async (alg) => {
      const { app } = createWatchedApp();
      const { status, body } = await register(app, { id_token_signed_response_alg: alg });
      expect({ status, body }).toMatchObject({
        status: 201,
        body: { id_token_signed_response_alg: 'ES256' },
      });
      const { client_id } = body as { client_id: string };
      const pkce = createPkce();
      const code = await obtainCode(app, client_id, pkce, { scope: 'openid' });
      const answer = await tokenRequest(app, redemption(client_id, code, pkce));
      const { id_token } = answer.body as { id_token: string };
      expect(decodeProtectedHeader(id_token)).toMatchObject({ alg: 'ES256' });
      expect(id_token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{86}$/);
    },
  );

  it('is no ID token at all where openid cannot be granted, and nothing is said of one (META-15)', async () => {
    const { app } = createWatchedApp({ options: { scopesSupported: ['mcp:read'] } });
    const { status, body } = await register(app, { id_token_signed_response_alg: 'none' });
    expect(status).toBe(201);
    expect(body).not.toHaveProperty('id_token_signed_response_alg');
  });
});
