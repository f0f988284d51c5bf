import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import type { RevokeQuery } from '../../lib/index.ts';
import type { TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redemption,
  redirectParameters,
  refreshRequest,
  tokenRequest,
  type Query,
  type Tokens,
} from '../support/flow.ts';
import {
  allowAt,
  allowHosted,
  askFrom,
  fateOf,
  HOSTED_URI,
  registerHosted,
} from '../support/hosted.ts';
import { STORE_KINDS } from '../support/stores.ts';
import { expectApiError } from '../http/support/expect.ts';

const SCOPE = 'openid offline_access';
const LOOPBACK = 'http://localhost:8080/callback';

describe.each(STORE_KINDS)("a person's grants ($kind)", (storeKind) => {
  let deployment: TestDeployment;
  let here: TestApp;
  let there: TestApp;

  beforeEach(() => {
    deployment = createDeployment(storeKind);
    [here, there] = [deployment.start(), deployment.start()];
  });
  afterEach(async () => {
    await deployment.close();
  });

  /** Connects an app, anew each time. */
  async function connect(id: string, person = 'alice', query: Query = {}): Promise<Tokens> {
    const browser = new Browser(here.app, person);
    const pkce = createPkce();
    const redirect_uri = HOSTED_URI;
    const asked = { redirect_uri, scope: SCOPE, prompt: 'consent', ...query };
    const begun = await browser.authorize(id, pkce, asked);
    const { code = '' } = redirectParameters(await allowAt(browser, locationOf(begun)));
    const form = redemption(id, code, pkce, { redirect_uri: asked.redirect_uri });
    const { body, status } = await tokenRequest(here.app, form);
    if (status !== 200) throw new Error(`no tokens: ${JSON.stringify(body)}`);
    return { ...(body as Tokens), client_id: id };
  }
  const grantIdOf = ({ refresh_token = '' }: Tokens): string => refresh_token.split('.')[0] ?? '';
  const isAlive = async (tokens: Tokens): Promise<boolean> =>
    (await refreshRequest(there.app, tokens.client_id, tokens.refresh_token)).status === 200;

  it('are listed as a page can show them, the newest first, and nobody else has', async () => {
    const hosted = await registerHosted(here.app, { client_uri: 'https://app.example.com' });
    const local = await registerHosted(here.app, { redirect_uris: [LOOPBACK] });
    const start = deployment.clock.now();
    const first = await connect(hosted);
    deployment.clock.advance(60_000);
    const second = await connect(local, 'alice', { redirect_uri: LOOPBACK, scope: 'openid' }).then(
      () => local,
    );
    await connect(hosted, 'bob');
    deployment.clock.advance(60_000);
    await refreshRequest(here.app, hosted, first.refresh_token);
    const grants = await there.server.grants.list({ subject: 'alice' });
    expect(grants).toEqual([
      {
        grantId: expect.stringMatching(/^[\w-]{22}$/),
        clientId: second,
        clientName: 'Test client',
        scopes: ['openid'],
        resources: ['https://auth.example.com/mcp'],
        refreshable: false,
        createdAt: expect.any(Date),
        lastUsedAt: expect.any(Date),
        expiresAt: expect.any(Date),
      },
      {
        grantId: grantIdOf(first),
        clientId: hosted,
        clientName: 'Test client',
        clientUri: 'https://app.example.com',
        redirectHost: 'app.example.com',
        scopes: ['openid', 'offline_access'],
        resources: ['https://auth.example.com/mcp'],
        refreshable: true,
        createdAt: expect.any(Date),
        lastUsedAt: expect.any(Date),
        expiresAt: expect.any(Date),
      },
    ]);
    const [newer, older] = grants;
    const minutesAfter = (date?: Date): number =>
      Math.floor(((date?.getTime() ?? 0) - start) / 60_000);
    expect(minutesAfter(older?.createdAt)).toBe(0);
    expect(minutesAfter(newer?.createdAt)).toBe(1);
    expect(minutesAfter(older?.lastUsedAt)).toBe(2);
    expect(minutesAfter(older?.expiresAt)).toBe(2 + 30 * 24 * 60);
    expect(structuredClone(grants)).toEqual(grants);
  });

  it('are among them before the app has fetched tokens, and not when they have ended', async () => {
    const id = await registerHosted(here.app);
    await allowHosted(new Browser(here.app, 'alice'), id, { scope: 'openid' });
    const [grant] = await here.server.grants.list({ subject: 'alice' });
    expect(grant).not.toHaveProperty('lastUsedAt');
    deployment.clock.advance(5 * 60_000 + 1_000);
    expect(await here.server.grants.list({ subject: 'alice' })).toEqual([]);
  });

  it.each<{ name: string; query: (one: Tokens) => Omit<RevokeQuery, 'subject'>; left: string }>([
    { name: 'one', query: (one) => ({ grantId: grantIdOf(one) }), left: 'same other' },
    { name: 'all of a client', query: ({ client_id: clientId }) => ({ clientId }), left: 'other' },
    {
      name: 'one, of the client that is named too',
      query: (one) => ({ grantId: grantIdOf(one), clientId: one.client_id }),
      left: 'same other',
    },
    { name: 'all there are', query: () => ({}), left: '' },
  ])('are revoked at all instances at once: $name', async ({ query, left }) => {
    const [id, otherId] = [await registerHosted(here.app), await registerHosted(here.app)];
    const one = await connect(id);
    const alive = { same: await connect(id), other: await connect(otherId) };
    const bobs = await connect(id, 'bob');
    const count = await here.server.grants.revoke({ subject: 'alice', ...query(one) });
    expect(count).toBe(3 - left.split(' ').filter(Boolean).length);
    expectApiError(await refreshRequest(there.app, id, one.refresh_token), 400, 'invalid_grant');
    for (const [name, tokens] of Object.entries(alive)) {
      expect({ name, isAlive: await isAlive(tokens) }).toEqual({
        name,
        isAlive: left.includes(name),
      });
    }
    expect(await isAlive(bobs)).toBe(true);
    expect(await here.server.grants.revoke({ subject: 'alice', ...query(one) })).toBe(0);
  });

  it('are not revoked by somebody else, nor by a name that is none', async () => {
    const id = await registerHosted(here.app);
    const tokens = await connect(id);
    const grantId = grantIdOf(tokens);
    const { grants } = here.server;
    expect(await grants.revoke({ subject: 'bob', grantId })).toBe(0);
    expect(await grants.revoke({ subject: 'bob', clientId: id })).toBe(0);
    expect(await grants.revoke({ subject: 'bob' })).toBe(0);
    expect(await grants.revoke({ subject: 'alice', grantId: '../x' })).toBe(0);
    expect(await grants.revoke({ subject: 'alice', clientId: 'x' })).toBe(0);
    expect(await grants.revoke({ subject: 'alice', grantId, clientId: 'x' })).toBe(0);
    expect(await isAlive(tokens)).toBe(true);
  });

  it('forget what was remembered when they are revoked, of their client alone', async () => {
    const [id, otherId] = [await registerHosted(here.app), await registerHosted(here.app)];
    const [tokens] = [await connect(id), await connect(otherId), await connect(id, 'bob')];
    const alice = new Browser(here.app, 'alice');
    const fate = async (browser: Browser, client: string): Promise<string> =>
      fateOf(await askFrom(browser, client, { scope: SCOPE }));
    expect(await fate(alice, id)).toBe('code');
    await there.server.grants.revoke({ subject: 'alice', grantId: grantIdOf(tokens) });
    expect(await fate(alice, id)).toBe('asked');
    expect(await fate(alice, otherId)).toBe('code');
    expect(await fate(new Browser(here.app, 'bob'), id)).toBe('code');
  });

  it('forget it also when no grant is left', async () => {
    const id = await registerHosted(here.app);
    const browser = new Browser(here.app, 'alice');
    await allowHosted(browser, id, { scope: 'openid' });
    deployment.clock.advance(6 * 60_000);
    expect(fateOf(await askFrom(browser, id, { scope: 'openid', prompt: 'none' }))).toBe('code');
    deployment.clock.advance(6 * 60_000);
    expect(await there.server.grants.revoke({ subject: 'alice', clientId: id })).toBe(0);
    expect(fateOf(await askFrom(browser, id, { scope: 'openid' }))).toBe('asked');
  });

  it('forget all that was remembered when all there are end, also where no grant is left', async () => {
    const ids = [await registerHosted(here.app), await registerHosted(here.app)];
    const [alice, bob] = [new Browser(here.app, 'alice'), new Browser(here.app, 'bob')];
    const fates = async (browser: Browser): Promise<string[]> => {
      const answers = ids.map((id) => askFrom(browser, id, { scope: 'openid' }));
      return (await Promise.all(answers)).map(fateOf);
    };
    for (const id of ids) await allowHosted(alice, id, { scope: 'openid' });
    for (const id of ids) await allowHosted(bob, id, { scope: 'openid' });
    deployment.clock.advance(6 * 60_000);
    expect(await there.server.grants.revoke({ subject: 'alice' })).toBe(0);
    expect(await fates(alice)).toEqual(['asked', 'asked']);
    expect(await fates(bob)).toEqual(['code', 'code']);
    deployment.clock.advance(1);
    await allowHosted(alice, ids[0] ?? '', { scope: 'openid' });
    expect(await fates(alice)).toEqual(['code', 'asked']);
  });

  it('leave access tokens that are out as they are, until their end', async () => {
    const { access_token } = await connect(await registerHosted(here.app));
    await here.server.grants.revoke({ subject: 'alice' });
    const call = () => supertest(there.app).get('/mcp').auth(access_token, { type: 'bearer' });
    expect((await call()).status).toBe(200);
    deployment.clock.advance(60 * 60_000 + 61_000);
    expect((await call()).status).toBe(401);
  });

  it.each([undefined, null, '', 7, {}])('are of nobody when the subject is %j', async (subject) => {
    const query = { subject } as unknown as RevokeQuery;
    await expect(here.server.grants.list(query)).rejects.toThrow(TypeError);
    await expect(here.server.grants.revoke(query)).rejects.toThrow(
      'grants.revoke: subject must be the sub of a person',
    );
  });
});
