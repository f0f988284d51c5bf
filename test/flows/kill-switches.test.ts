import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  blockClient,
  endClientGrants,
  unblockClient,
} from '../../lib/services/decide-on-client.ts';
import { deleteRegistration } from '../../lib/services/delete-client.ts';
import { subjectDigest } from '../../lib/services/index-grant.ts';
import type { Store } from '../../lib/storage/store.ts';
import { redeemedGrant } from '../contract/records.ts';
import { ISSUER, type TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { documentHost, publish } from '../http/support/document-app.ts';
import { manage } from '../support/management.ts';
import { Browser, consentForm, locationOf } from '../support/flow.ts';
import { askFrom, fateOf, HOSTED_URI, registerHosted } from '../support/hosted.ts';
import {
  ALIVE,
  ASKED,
  connect,
  connectedApp,
  ENDED,
  fatesAt,
  UNKNOWN,
  type Connected,
} from '../support/legs.ts';
import { STORE_KINDS } from '../support/stores.ts';

const host = documentHost();
const DAY = 24 * 3600_000;
const PROVISIONED = { client_id: 'crm-of-the-house', redirect_uris: [HOSTED_URI] };

describe.each(STORE_KINDS)('the switches of an incident ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let here: TestApp;
  let there: TestApp;
  let store: Store;

  beforeEach(() => {
    deployment = createDeployment(storeKind, {
      ...ASKED,
      clientIdMetadataDocuments: true,
      clients: [{ ...PROVISIONED, scope: 'openid offline_access' }],
    });
    const start = (): TestApp => deployment.start({}, { outside: host().outside });
    [here, there] = [start(), start()];
    store = deployment.store();
  });
  afterEach(async () => {
    await deployment.close();
  });

  /** What an operator uses, in a process of their own. */
  const deps = (): Parameters<typeof deleteRegistration>[0] & {
    readonly clientStates: Store['clientStates'];
  } => ({
    clients: store.clients,
    clientStates: store.clientStates,
    grantMaxTtlMs: 90 * DAY,
    emit: () => undefined,
  });
  /** Of each kind that there is one of. */
  const APPS: readonly { kind: string; connected: () => Promise<Connected> }[] = [
    { kind: 'registered', connected: () => connectedApp(here) },
    { kind: 'provisioned', connected: () => connect(here, PROVISIONED.client_id) },
    {
      kind: 'known by a document',
      connected: () => {
        const changes = { redirect_uris: [HOSTED_URI], scope: 'openid offline_access' };
        return connect(here, publish(host(), '/client.json', changes));
      },
    },
  ];
  /** What an app that did not register has no need for is left out. */
  const of = ({ registration }: Connected, { manage, ...fates }: typeof ALIVE): object =>
    registration ? { ...fates, manage } : fates;

  it.each(APPS)('leave alone what they are not about: an app that is $kind', async (one) => {
    const [app, other] = [await one.connected(), await connectedApp(here, 'bob')];
    await blockClient(deps(), other.id);
    expect(await fatesAt(there, app)).toEqual(of(app, ALIVE));
  });

  it.each(APPS)('block an app that is $kind: for every leg it never was', async (one) => {
    const app = await one.connected();
    await blockClient(deps(), app.id, { reason: 'stolen tokens' });
    for (const at of [there, here]) expect(await fatesAt(at, app)).toEqual(of(app, UNKNOWN));
  });

  it.each(APPS)('let in again an app that is $kind, which has to ask', async (one) => {
    const app = await one.connected();
    await blockClient(deps(), app.id);
    expect(await fatesAt(there, app)).toEqual(of(app, UNKNOWN));
    expect(await unblockClient(deps(), app.id)).toBe(true);
    expect(await fatesAt(there, app)).toEqual(of(app, ENDED));
    deployment.clock.advance(1_000);
    const again = await connect(here, app.id);
    expect(await fatesAt(there, again)).toEqual(of(again, ALIVE));
  });

  it.each(APPS)(
    'end all that an app has that is $kind, in one moment (REFRESH-15)',
    async (one) => {
      const [app, other] = [await one.connected(), await connectedApp(here)];
      await endClientGrants(deps(), app.id);
      expect(await fatesAt(there, app)).toEqual(of(app, ENDED));
      expect(await fatesAt(there, other)).toEqual(ALIVE);
      deployment.clock.advance(1_000);
      const again = await connect(here, app.id);
      expect(await fatesAt(there, again)).toEqual(of(again, ALIVE));
    },
  );

  it('end what was remembered for as long as it would be, however short grants are', async () => {
    const app = await connect(here, PROVISIONED.client_id);
    await endClientGrants(deps(), app.id);
    deployment.clock.advance(364 * DAY);
    expect(await fatesAt(there, app)).toMatchObject({
      authorize: 'asked',
      silently: 'consent_required',
    });
  });

  it('end a code that was lost on the way: the form it came from does not bring it back', async () => {
    const id = await registerHosted(here.app);
    const browser = new Browser(here.app, 'alice');
    const { action, csrf } = consentForm(
      (await browser.get(locationOf(await askFrom(browser, id)))).text,
    );
    const allow = async (): Promise<string> =>
      fateOf(await browser.post(action, { decision: 'allow', csrf }));
    expect([await allow(), await allow()]).toEqual(['code', 'code']);
    await endClientGrants(deps(), id);
    expect(await allow()).toBe('400');
  });

  it('leave nothing to a request that was on its way when an app was blocked', async () => {
    const changes = { redirect_uris: [HOSTED_URI], scope: 'openid offline_access' };
    const client_id = publish(host(), '/client.json', changes);
    await connect(here, client_id);
    await blockClient(deps(), client_id);
    deployment.clock.advance(1_000);
    const grantId = await redeemedGrant(store, { client_id, subject: 'alice' });
    const person = subjectDigest(ISSUER, 'alice');
    const entry = { grantId, subjectDigest: person, clientId: client_id, ttlMs: DAY };
    await store.grants.index(entry);
    expect(await there.server.grants.list({ subject: 'alice' })).toEqual([]);
    await unblockClient(deps(), client_id);
    expect(await there.server.grants.list({ subject: 'alice' })).toEqual([]);
  });

  it('delete an app that registered, and do not bring back what it had (REFRESH-15)', async () => {
    const app = await connectedApp(here);
    const record = await store.clients.find(app.id);
    expect(await deleteRegistration(deps(), app.id)).toBe(true);
    expect(await fatesAt(there, app)).toEqual(UNKNOWN);
    expect(await deleteRegistration(deps(), app.id)).toBe(false);
    if (record) await store.clients.insert(record, DAY);
    expect(await fatesAt(there, app)).toEqual(ENDED);
  });

  it.each([
    {
      who: 'the client itself',
      end: ({ registration }: Connected) =>
        registration && manage(here.app, 'delete', registration),
    },
    { who: 'an operator', end: ({ id }: Connected) => here.server.clients.delete(id) },
  ])('leave nothing to an app that $who deleted and that is imported again', async ({ end }) => {
    const app = await connectedApp(here);
    deployment.clock.advance(1_000);
    await end(app);
    expect(await fatesAt(there, app)).toEqual(UNKNOWN);
    const outcome = await here.server.clients.import({
      client_id: app.id,
      redirect_uris: [HOSTED_URI],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    });
    expect(outcome).toMatchObject({ outcome: 'imported' });
    expect(await fatesAt(there, app)).toEqual({ ...ENDED, manage: '401 invalid_token' });
    deployment.clock.advance(1_000);
    const again = await connect(here, app.id);
    expect(await fatesAt(there, again)).toEqual(of(again, ALIVE));
  });

  it('are told what they are about', async () => {
    await expect(blockClient(deps(), '')).rejects.toThrow('client_id must be the id of a client');
    await expect(unblockClient(deps(), '')).rejects.toThrow(TypeError);
    for (const reason of ['', 'x'.repeat(201)]) {
      await expect(blockClient(deps(), 'x', { reason })).rejects.toThrow(
        'reason must be a text of 1 to 200 characters',
      );
    }
    expect(await unblockClient(deps(), 'x')).toBe(false);
  });
});
