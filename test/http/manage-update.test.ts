import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createTestApp } from '../support/app.ts';
import { inBody, refreshForm, tokenRequestAs, WEB_REDIRECT_URI } from '../support/confidential.ts';
import { METADATA } from '../support/flow.ts';
import {
  manage,
  registered,
  registrationIn,
  update,
  type Registration,
} from '../support/management.ts';
import { expectApiError } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const WEB = { redirect_uris: [WEB_REDIRECT_URI], token_endpoint_auth_method: 'client_secret_post' };
/** Written apart, for lint takes the whole for a program. */
const SCRIPT = 'javascript';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

describe('PUT /oauth/register/:client_id', () => {
  it.each<{ name: string; metadata: object; error?: string }>([
    {
      name: 'a script to redirect to',
      metadata: { redirect_uris: [`${SCRIPT}:alert(1)`] },
      error: 'invalid_redirect_uri',
    },
    { name: 'no redirect URI', metadata: { redirect_uris: [] }, error: 'invalid_redirect_uri' },
    {
      name: 'too many of them',
      metadata: {
        redirect_uris: Array.from({ length: 500 }, (_, i) => `https://a.example.com/${String(i)}`),
      },
      error: 'invalid_redirect_uri',
    },
    {
      name: 'a secret for an app on the device',
      metadata: { token_endpoint_auth_method: 'client_secret_basic' },
      error: 'invalid_redirect_uri',
    },
    { name: 'a scope that is not supported', metadata: { scope: 'admin:all' } },
    { name: 'a grant type alone that is not', metadata: { grant_types: ['client_credentials'] } },
    { name: 'keys on a private network', metadata: { jwks_uri: 'https://192.168.0.1/jwks' } },
    { name: 'the id of nobody', metadata: { client_id: undefined } },
    { name: 'the id of another', metadata: { client_id: '6f4c7ef2-5b6c-4c55-9d3e-3b1f4f0a5c11' } },
    { name: 'a secret of its choice', metadata: { client_secret: 'x'.repeat(43) } },
    { name: 'a secret that is no text', metadata: { client_secret: { toString: 'x' } } },
  ])(
    'refuses $name, and changes nothing (MGMT-05)',
    async ({ metadata, error = 'invalid_client_metadata' }) => {
      const { app, store } = createWatchedApp();
      const client = await registered(app);
      store.forget();
      expectApiError(await update(app, client, metadata), 400, error);
      expect(store.writes).toEqual([]);
    },
  );

  it.each([null, [], '{"__proto__":{"client_id":"x"}}', 'text', '"text"'])(
    'refuses a body that is none: %j (MGMT-16)',
    async (given) => {
      const { app, store } = createWatchedApp();
      const client = await registered(app);
      store.forget();
      const text = typeof given === 'string' ? given : JSON.stringify(given);
      const answer = await manage(app, 'put', client, {
        body: Buffer.from(text),
        type: 'application/json',
      });
      expectApiError(answer, 400, 'invalid_client_metadata');
      expectApiError(
        await manage(app, 'put', client, { body: Buffer.from('{}'), type: 'text/plain' }),
        415,
        'invalid_request',
      );
      expect(store.writes).toEqual([]);
    },
  );

  it('puts what is sent in the place of all that was (MGMT-06)', async () => {
    const { app, log } = createTestApp({ options: { baselineClientScopes: ['email'] } });
    const client = await registered(app, {
      scope: 'profile',
      logo_uri: 'https://a.example.com/l.png',
    });
    const body = {
      client_id: client.client_id,
      redirect_uris: ['https://new.example.com/cb'],
      skip_consent: true,
      logo_uri: `${SCRIPT}:alert(1)`,
    };
    const answer = await manage(app, 'put', client, { body });
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toEqual({
      client_id: client.client_id,
      client_id_issued_at: expect.any(Number),
      redirect_uris: ['https://new.example.com/cb'],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      scope: 'openid profile email offline_access',
      registration_client_uri: client.registration_client_uri,
      registration_access_token: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect((await manage(app, 'get', registrationIn(answer))).body).toEqual(answer.body);
    expect(log.at('debug').map(({ message }) => message)).toContain('client updated');
    expect(log.text()).not.toContain(registrationIn(answer).registration_access_token);
  });

  it('takes the whole answer of before, for many send just that', async () => {
    const { app } = createTestApp();
    const client = await registered(app, WEB);
    const again = registrationIn(
      await manage(app, 'put', client, { body: { ...client, client_name: 'New' } }),
    );
    expect(again).toEqual({
      ...client,
      client_name: 'New',
      registration_access_token: expect.anything(),
    });
  });

  it('takes nothing from the client that only the server can say', async () => {
    const { app } = createTestApp();
    const client = await registered(app, WEB);
    const { client_secret } = client;
    const body = {
      ...client,
      client_id_issued_at: 1,
      client_secret_expires_at: 1,
      registration_access_token: 'mine'.padEnd(43, 'x'),
      registration_client_uri: 'https://evil.example/register',
    };
    const again = registrationIn(await manage(app, 'put', client, { body }));
    const { registration_access_token: token, ...others } = again;
    const { registration_access_token: before, ...same } = client;
    expect(others).toEqual(same);
    expect([before, body.registration_access_token]).not.toContain(token);
    expect(again).toMatchObject({ client_secret, client_secret_expires_at: 0 });
    expect((await manage(app, 'get', again)).status).toBe(200);
  });

  it('makes no baseline its own when it sends back what it was told', async () => {
    const options = { baselineClientScopes: ['offline_access'] };
    const { app, store } = createWatchedApp({ options });
    const client = await registered(app, { scope: 'openid' });
    expect(client.scope).toBe('openid offline_access');
    const again = registrationIn(await update(app, client, { scope: client.scope }));
    expect(again.scope).toBe('openid offline_access');
    expect(await store.clients.find(client.client_id)).toHaveProperty('requested', 'openid');
    await update(app, again, { scope: 'offline_access' });
    expect(await store.clients.find(client.client_id)).toHaveProperty(
      'requested',
      'offline_access',
    );
  });

  it('is refused where nobody may register; reading and ending are not', async () => {
    const { app, store } = createWatchedApp();
    const client = await registered(app);
    const { app: closed } = createTestApp({ options: { store, registration: 'off' } });
    expectApiError(await update(closed, client), 403, 'access_denied');
    expectApiError(await update(closed, client, {}, { token: 'x' }), 401, 'invalid_token');
    expect((await manage(closed, 'get', client)).status).toBe(200);
    expect((await manage(closed, 'delete', client)).status).toBe(204);
  });
});

describe('PUT /oauth/register/:client_id: the token', () => {
  it('is followed by another, and good until that one is used (MGMT-13)', async () => {
    const { app, store, log } = createWatchedApp();
    const first = await registered(app);
    const lost = registrationIn(await update(app, first, { client_name: 'Lost' }));
    expect(lost.registration_access_token).not.toBe(first.registration_access_token);
    const again = registrationIn(await update(app, first, { client_name: 'Again' }));
    expect(again.registration_access_token).toBe(lost.registration_access_token);
    expect((await manage(app, 'get', first)).body).toEqual(again);
    const { registration_token } = (await store.clients.find(first.client_id))!;
    expect(registration_token?.digest).toBe(sha256(again.registration_access_token));
    expect((await manage(app, 'get', again)).status).toBe(200);
    for (const method of ['get', 'put', 'delete'] as const) {
      expectApiError(await manage(app, method, first, { body: {} }), 401, 'invalid_token');
    }
    const next = registrationIn(await update(app, again));
    expect(next.registration_access_token).not.toBe(again.registration_access_token);
    for (const { registration_access_token: token } of [first, again, next])
      expect(log.text()).not.toContain(token);
  });

  it('is good for a day at most, however often it is used meanwhile', async () => {
    const { app, clock } = createTestApp();
    const first = await registered(app);
    for (let hour = 0; hour < 24; hour += 8) {
      expect((await update(app, first)).status).toBe(200);
      clock.advance(8 * HOUR);
    }
    expectApiError(await update(app, first), 401, 'invalid_token');
  });

  it('is followed by one of the new secret when the old one of the server is gone', async () => {
    const { app, store } = createWatchedApp();
    const first = await registered(app);
    const lost = registrationIn(await update(app, first));
    const { app: later } = createTestApp({ options: { store, secret: 'n'.repeat(40) } });
    const again = registrationIn(await update(later, first));
    expect(again.registration_access_token).not.toBe(lost.registration_access_token);
    expect((await manage(later, 'get', again)).status).toBe(200);
  });
});

describe('PUT /oauth/register/:client_id: the secret', () => {
  const isGood = async (
    app: Parameters<typeof update>[0],
    client: Registration,
    secret: string | undefined,
  ): Promise<boolean> => {
    const presented = inBody({ client_id: client.client_id, client_secret: secret ?? '' });
    const { body } = await tokenRequestAs(app, presented, refreshForm('none'));
    return (body as { error: string }).error !== 'invalid_client';
  };

  it('is kept by who sends it, changed for who does not, and the one before goes on for a day', async () => {
    const { app, clock } = createTestApp();
    const one = await registered(app, WEB);
    const kept = registrationIn(
      await update(app, one, { ...WEB, client_secret: one.client_secret }),
    );
    expect(kept.client_secret).toBe(one.client_secret);
    const other = registrationIn(await update(app, kept, WEB));
    expect(other.client_secret).not.toBe(one.client_secret);
    // The answer was lost: asked for again it is the same.
    expect(registrationIn(await update(app, kept, WEB)).client_secret).toBe(other.client_secret);
    expect(
      registrationIn(await update(app, kept, { ...WEB, client_secret: one.client_secret }))
        .client_secret,
    ).toBe(other.client_secret);
    for (const { client_secret } of [one, other])
      expect(await isGood(app, one, client_secret)).toBe(true);
    clock.advance(DAY);
    expect(await isGood(app, one, other.client_secret)).toBe(true);
    expect(await isGood(app, one, one.client_secret)).toBe(false);
    expectApiError(
      await update(app, other, { ...WEB, client_secret: one.client_secret }),
      400,
      'invalid_client_metadata',
    );
  });

  it('comes with becoming confidential and goes with becoming public', async () => {
    const { app } = createTestApp();
    const one = await registered(app, { redirect_uris: [WEB_REDIRECT_URI] });
    const confidential = registrationIn(await update(app, one, WEB));
    expect(confidential).toMatchObject({
      client_secret: expect.any(String),
      client_secret_expires_at: 0,
    });
    expect(await isGood(app, one, confidential.client_secret)).toBe(true);
    const open = registrationIn(await update(app, confidential, METADATA));
    expect(open).not.toHaveProperty('client_secret');
    expect(await isGood(app, one, confidential.client_secret)).toBe(false);
  });
});
