import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import supertest, { type Response } from 'supertest';
import type { Minted, Minting } from '../../lib/services/mint-initial-access-token.ts';
import type { Store } from '../../lib/storage/store.ts';
import { DAY, newDigest } from '../contract/records.ts';
import type { TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { Browser, createPkce, METADATA, redirectParameters } from '../support/flow.ts';
import { minted } from '../support/minted.ts';
import { STORE_KINDS } from '../support/stores.ts';

const COMMON = {
  registration: 'token',
  scopesSupported: ['openid', 'notes:read', 'notes:write', 'admin:all', 'offline_access'],
  restrictedScopes: ['admin:*'],
  baselineClientScopes: ['offline_access'],
} as const;

const UNKNOWN =
  'Bearer realm="client registration", error="invalid_token", error_description="the initial access token is not known"';

describe.each(STORE_KINDS)('a minted initial access token ($kind)', (kind) => {
  let deployment: TestDeployment;
  let store: Store;
  let a: TestApp;
  let b: TestApp;

  beforeEach(() => {
    deployment = createDeployment(kind, COMMON);
    store = deployment.store();
    // The memory store is no shared one, and has no command: there one of the configuration is needed.
    const options = { initialAccessTokens: [newDigest()] };
    [a, b] = [deployment.start(options), deployment.start(options)];
  });
  afterEach(() => deployment.close());

  const mint = (wanted?: Partial<Minting>): Promise<Minted> => minted(store, wanted);
  const registerWith = (
    { app }: TestApp,
    token: string,
    metadata: object = {},
    scheme = 'Bearer',
  ): Promise<Response> =>
    supertest(app)
      .post('/oauth/register')
      .set('Authorization', `${scheme} ${token}`)
      .send({ ...METADATA, ...metadata })
      .then((answer) => answer);
  const scopeOf = ({ body }: Response): unknown => (body as { scope?: string }).scope;
  const expectUnknown = async (answer: Response): Promise<void> => {
    expect({ status: answer.status, body: answer.body as unknown }).toEqual({
      status: 401,
      body: {
        error: 'invalid_token',
        error_description: 'the initial access token is not known',
      },
    });
    expect(answer.headers['www-authenticate']).toBe(UNKNOWN);
    expect((await store.clients.list({ used: false, limit: 100 })).clients).toHaveLength(0);
  };

  it('registers as many clients as it was minted for, over all instances (REG-35)', async () => {
    const { token } = await mint({ uses: 2 });
    expect((await registerWith(a, token)).status).toBe(201);
    expect((await registerWith(b, token, {}, 'bearer')).status).toBe(201);
    expect((await registerWith(a, token)).status).toBe(401);
    expect((await registerWith(b, token)).headers['www-authenticate']).toBe(UNKNOWN);
  });

  it('is not known before it is minted, in another spelling, or when it was revoked (REG-35)', async () => {
    const { token } = await mint({ uses: 9 });
    const [used, revoked] = [`dcr_iat_${newDigest()}`, await mint()];
    const [kept] = (await store.initialAccessTokens.list()).filter(({ uses }) => uses === 1);
    expect(await store.initialAccessTokens.remove(kept?.digest ?? '')).toBe(true);
    const wrong = [used, revoked.token, revoked.id, token.slice(0, -1), `${token}A`];
    for (const odd of [...wrong, token.toUpperCase(), token.slice(8), `${token}=`]) {
      await expectUnknown(await registerWith(a, odd));
    }
  });

  it('is not known from its end on (REG-35)', async () => {
    const { token } = await mint({ ttlMs: DAY });
    deployment.clock.advance(DAY + 1_000);
    await expectUnknown(await registerWith(a, token));
  });

  it('is not used up by what registers nobody (REG-36)', async () => {
    const { token } = await mint();
    const refused = await registerWith(a, token, { redirect_uris: ['data:,REG-36'] });
    expect(refused.status).toBe(400);
    expect(refused.headers).not.toHaveProperty('www-authenticate');
    const tooMuch = await registerWith(b, token, { scope: 'nobody:knows' });
    expect(tooMuch.body).toHaveProperty('error', 'invalid_client_metadata');
    const query = await supertest(a.app)
      .post(`/oauth/register?access_token=${token}`)
      .send(METADATA);
    expect(query.status).toBe(401);
    expect((await registerWith(b, token)).status).toBe(201);
    expect((await registerWith(a, token)).status).toBe(401);
  });

  it('registers one of twenty who come with it at once (RACE-13)', async () => {
    const { token } = await mint();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, nth) => registerWith(nth % 2 === 0 ? a : b, token)),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array<number>(19).fill(401)]);
    expect((await store.clients.list({ used: false, limit: 100 })).clients).toHaveLength(1);
  });

  it('opens restricted scopes that it names, and of the others those alone', async () => {
    const licence = { scopes: ['notes:read', 'admin:all'] };
    const { token } = await mint({ uses: 9, licence });
    const beyond = await registerWith(a, token, { scope: 'notes:write' });
    expect(beyond.body).toEqual({
      error: 'invalid_client_metadata',
      error_description: 'scope contains a value that the initial access token does not allow',
    });
    const narrow = await registerWith(a, token, { scope: 'notes:read' });
    expect(scopeOf(narrow)).toBe('notes:read offline_access');
    expect(scopeOf(await registerWith(a, token, { scope: 'admin:all' }))).toBe(
      'admin:all offline_access',
    );
    expect(scopeOf(await registerWith(a, token))).toBe('notes:read admin:all offline_access');
    const { token: plain } = await mint({ uses: 9 });
    expect((await registerWith(a, plain, { scope: 'admin:all' })).status).toBe(400);
    expect(scopeOf(await registerWith(a, plain, { scope: 'notes:write' }))).toBe(
      'notes:write offline_access',
    );
  });

  it('has its scopes on every leg, on every instance, for as long as they are supported', async () => {
    const { token } = await mint({ licence: { scopes: ['admin:all'] } });
    const { client_id } = (await registerWith(a, token, { scope: 'admin:all' })).body as {
      client_id: string;
    };
    const asked = (at: TestApp, scope: string): Promise<Response> =>
      new Browser(at.app, 'alice').decide('allow', client_id, createPkce(), { scope });
    expect(redirectParameters(await asked(b, 'admin:all'))).toHaveProperty('code');
    expect(redirectParameters(await asked(b, 'notes:read'))).toHaveProperty(
      'error',
      'invalid_scope',
    );
    const wide = deployment.start({
      initialAccessTokens: [newDigest()],
      scopeCeiling: 'supported',
    });
    expect(redirectParameters(await asked(wide, 'notes:read'))).toHaveProperty(
      'error',
      'invalid_scope',
    );
    const later = deployment.start({
      initialAccessTokens: [newDigest()],
      scopesSupported: ['openid', 'notes:read', 'offline_access'],
    });
    expect(redirectParameters(await asked(later, 'admin:all'))).toHaveProperty(
      'error',
      'invalid_scope',
    );
  });

  it('keeps redirects to the hosts that it names', async () => {
    const { token } = await mint({ uses: 9, licence: { redirectHosts: ['*.partner.example'] } });
    const to = (uri: string): Promise<Response> => registerWith(a, token, { redirect_uris: [uri] });
    expect((await to('https://evil.example/cb')).body).toHaveProperty(
      'error',
      'invalid_redirect_uri',
    );
    expect((await to('http://127.0.0.1/cb')).status).toBe(400);
    expect((await to('https://app.partner.example/cb')).status).toBe(201);
  });

  it('is not needed where registration is open, and counts where it is sent', async () => {
    const open = deployment.start({ registration: 'open' });
    const { token } = await mint({ licence: { scopes: ['admin:all'] } });
    expect((await supertest(open.app).post('/oauth/register').send(METADATA)).status).toBe(201);
    for (const other of ['x', newDigest(), 'eyJhbGciOiJub25lIn0.e30.']) {
      expect((await registerWith(open, other)).status).toBe(201);
    }
    for (const wrong of ['dcr_iat_', `dcr_iat_${newDigest()}`, `${token}A`]) {
      expect((await registerWith(open, wrong)).headers['www-authenticate']).toBe(UNKNOWN);
    }
    const licensed = await registerWith(open, token, { scope: 'admin:all' });
    expect(scopeOf(licensed)).toBe('admin:all offline_access');
    expect((await registerWith(open, token)).status).toBe(401);
  });
});
