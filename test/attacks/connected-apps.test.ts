import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { subjectDigest } from '../../lib/services/index-grant.ts';
import { MAX_GRANTS_PER_SUBJECT, type Store } from '../../lib/storage/store.ts';
import { redeemedGrant } from '../contract/records.ts';
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
  type Tokens,
} from '../support/flow.ts';
import { allowAt, HOSTED_URI, registerHosted } from '../support/hosted.ts';
import { STORE_KINDS } from '../support/stores.ts';
import { errorOf } from './support/ask.ts';

const DAY = 24 * 3600_000;
const ASKED = { redirect_uri: HOSTED_URI, scope: 'openid offline_access' };

describe.each(STORE_KINDS)('the apps that one person has connected ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let here: TestApp;
  let browser: Browser;
  let store: Store;

  beforeEach(() => {
    deployment = createDeployment(storeKind);
    here = deployment.start();
    browser = new Browser(here.app, 'alice');
    store = deployment.store();
  });
  afterEach(async () => {
    await deployment.close();
  });

  /** Connects it once more: by a click the first time, and from then on by what was allowed. */
  async function connect(id: string): Promise<Tokens> {
    const pkce = createPkce();
    const begun = await browser.authorize(id, pkce, ASKED);
    const isAsked = locationOf(begun).startsWith('/oauth/consent');
    const { code = '' } = redirectParameters(
      isAsked ? await allowAt(browser, locationOf(begun)) : begun,
    );
    const { body } = await tokenRequest(here.app, redemption(id, code, pkce, ASKED));
    return body as Tokens;
  }

  /** What it is given by as many of those requests, without each of them. */
  async function indexed(client_id: string): Promise<void> {
    const grantId = await redeemedGrant(store, { client_id, subject: 'alice' });
    const digest = subjectDigest(here.issuer, 'alice');
    await store.grants.index({
      ...{ grantId, subjectDigest: digest, clientId: client_id, ttlMs: 30 * DAY },
    });
  }

  it('are not pushed out by one of them that connects itself without end (MEET-66)', async () => {
    const [quiet, greedy] = [await registerHosted(here.app), await registerHosted(here.app)];
    const { refresh_token } = await connect(quiet);
    const { refresh_token: first } = await connect(greedy);
    // From here on its grants all end later than that of the app that nobody uses today.
    deployment.clock.advance(25 * DAY);
    await Promise.all(Array.from({ length: MAX_GRANTS_PER_SUBJECT - 3 }, () => indexed(greedy)));
    for (let count = 0; count < 4; count += 1) await connect(greedy);
    const listed = await here.server.grants.list({ subject: 'alice' });
    expect(listed.filter(({ clientId }) => clientId === quiet)).toHaveLength(1);
    expect(listed.length).toBeLessThanOrEqual(MAX_GRANTS_PER_SUBJECT);
    expect((await refreshRequest(here.app, quiet, refresh_token)).status).toBe(200);
    expect(errorOf(await refreshRequest(here.app, greedy, first))).toBe('400 invalid_grant');
  });

  it('stay those of the person alone, whoever answers for them in the same browser (MEET-67)', async () => {
    const id = await registerHosted(here.app);
    await connect(id);
    browser.login('bob');
    await connect(id);
    const [alice = [], bob = []] = await Promise.all(
      ['alice', 'bob'].map((subject) => here.server.grants.list({ subject })),
    );
    expect([alice.length, bob.length]).toEqual([1, 1]);
    const [{ grantId } = { grantId: '' }] = alice;
    // By the id of a grant of hers, by a client that both have, and by all of his.
    expect(await here.server.grants.revoke({ subject: 'bob', grantId })).toBe(0);
    const query = { subject: 'bob', grantId, clientId: id };
    expect(await here.server.grants.revoke(query)).toBe(0);
    expect(await here.server.grants.revoke({ subject: 'bob' })).toBe(1);
    expect(await here.server.grants.list({ subject: 'alice' })).toEqual(alice);
  });
});
