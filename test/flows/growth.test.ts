import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { subjectDigest } from '../../lib/services/index-grant.ts';
import { MAX_GRANTS_PER_SUBJECT, type GrantStore } from '../../lib/storage/store.ts';
import { ISSUER, type TestApp } from '../support/app.ts';
import { createAuditRecorder } from '../support/audit-recorder.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  obtainCode,
  obtainTokens,
  redemption,
  refreshRequest,
  register,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { allowHosted, askFrom, fateOf, registerHosted } from '../support/hosted.ts';
import { STORE_KINDS } from '../support/stores.ts';

const HALF_AN_HOUR = 30 * 60 * 1000;
const DAY = 24 * 60 * 60 * 1000;
const MAX = 100;
const SCOPE = 'openid offline_access';

describe.each(STORE_KINDS)('registrations that nobody follows up, in $kind', (kind) => {
  let deployment: TestDeployment;
  let made: TestApp;
  beforeEach(() => {
    deployment = createDeployment(kind, {
      maxUnusedClients: MAX,
      baselineClientScopes: ['offline_access'],
    });
    made = deployment.start();
  });
  afterEach(() => deployment.close());

  const garbage = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    while (ids.length < count) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => register(made.app)));
      ids.push(...answers.map(({ body }) => (body as { client_id: string }).client_id));
    }
    return ids;
  };
  const isKnown = async (client_id: string): Promise<boolean> =>
    (await deployment.store().clients.find(client_id)) !== undefined;

  it('turn newcomers away only while all are young, and say for how long (ABUSE-06)', async () => {
    await garbage(MAX);
    deployment.clock.advance(60_000);
    const refused = await register(made.app);
    expect(refused.status).toBe(503);
    expect(refused.body).toEqual({
      error: 'temporarily_unavailable',
      error_description: 'too many new clients are waiting for their first login',
    });
    const seconds = Number(refused.headers['retry-after']);
    expect(seconds).toBeGreaterThan(1700);
    expect(seconds).toBeLessThanOrEqual(1740);
    expect(made.log.at('error')).toHaveLength(1);
    deployment.clock.advance(seconds * 1000);
    expect((await register(made.app)).status).toBe(201);
  });

  it('make room for a newcomer, who can log in like anybody (ABUSE-06)', async () => {
    const ids = await garbage(MAX);
    deployment.clock.advance(HALF_AN_HOUR);
    const tokens = await obtainTokens(made.app, SCOPE, { scope: 'openid' });
    expect(tokens.scope).toBe(SCOPE);
    const known = await Promise.all(ids.map(isKnown));
    expect(known.filter((isKept) => !isKept)).toHaveLength(1);
  });

  it('are bounded too for an app that registers with another port each time (ABUSE-13)', async () => {
    const ids: string[] = [];
    for (let port = 50_000; port < 50_000 + MAX + 50; port += 1) {
      deployment.clock.advance(60_000);
      const redirect_uris = [`http://127.0.0.1:${String(port)}/cb`];
      ids.push(await registeredClientId(made.app, { redirect_uris }));
    }
    const known = await Promise.all(ids.map(isKnown));
    expect(known).toEqual(ids.map((_id, nth) => nth >= ids.length - MAX));
    const newest = ids.at(-1) ?? '';
    // At the port that it happens to get this time.
    const redirect_uri = 'http://127.0.0.1:61234/cb';
    const pkce = createPkce();
    const code = await obtainCode(made.app, newest, pkce, { redirect_uri });
    const answer = await tokenRequest(made.app, redemption(newest, code, pkce, { redirect_uri }));
    expect(answer.status).toBe(200);
  });

  it('never touch a client in use, however many they are (ABUSE-06, ABUSE-08)', async () => {
    const tokens = await obtainTokens(made.app, SCOPE, { scope: 'openid' });
    const { client_id } = tokens;
    let { refresh_token } = tokens;
    for (let day = 0; day < 9; day += 1) {
      deployment.clock.advance(DAY);
      await garbage(50);
      const refreshed = await refreshRequest(made.app, client_id, refresh_token);
      expect(refreshed.status).toBe(200);
      ({ refresh_token } = refreshed.body as { refresh_token: string });
    }
    const page = await deployment.store().clients.list({ used: true, limit: 10 });
    expect(page.clients.map((client) => client.client_id)).toEqual([client_id]);
  });
});

describe.each(STORE_KINDS)('the grants of a person, in $kind', (kind) => {
  let deployment: TestDeployment;
  beforeEach(() => {
    deployment = createDeployment(kind, { baselineClientScopes: ['offline_access'] });
  });
  afterEach(() => deployment.close());

  it('are found by a digest of who it is, as they stand', async () => {
    const { app } = deployment.start();
    const { client_id, refresh_token } = await obtainTokens(app, SCOPE);
    const store = deployment.store();
    const list = (): ReturnType<GrantStore['listBySubject']> =>
      store.grants.listBySubject(subjectDigest(ISSUER, 'alice'));
    expect(await list()).toMatchObject([{ client_id, generation: 1, subject: 'alice' }]);
    await refreshRequest(app, client_id, refresh_token);
    expect(await list()).toMatchObject([{ client_id, generation: 2 }]);
  });

  it('leave every app what it has, however often another one connects, and what ends is told', async () => {
    const audit = createAuditRecorder();
    const { app } = deployment.start({ onEvent: audit.onEvent });
    const seldom = await obtainTokens(app, SCOPE);
    const often = await registerHosted(app);
    const browser = new Browser(app, 'alice');
    await allowHosted(browser, often, { scope: SCOPE });
    const connectedBefore = audit.events.at(-1)?.grant_id;
    // From here on it gets codes unasked.
    for (let times = 1; times < MAX_GRANTS_PER_SUBJECT; times += 1) {
      deployment.clock.advance(1);
      const answer = await askFrom(browser, often, { scope: SCOPE });
      expect(fateOf(answer)).toBe('code');
    }
    expect(audit.events.filter(({ name }) => name === 'grant.revoked')).toEqual([
      {
        ...{ name: 'grant.revoked', by: 'server', time: expect.any(String) },
        ...{ client_id: often, subject: 'alice', grant_id: connectedBefore },
        reason: 'too many grants',
      },
    ]);
    const refreshed = await refreshRequest(app, seldom.client_id, seldom.refresh_token);
    expect(refreshed.status).toBe(200);
  });
});
