import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import supertest from 'supertest';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import type { ClientRecord } from '../../lib/storage/store.ts';
import { createDocumentApp, documentHost, publish } from '../http/support/document-app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  obtainCode,
  redemption,
  redirectParameters,
  refreshRequest,
  tokenRequest,
} from '../support/flow.ts';
import { manage, registered, registrationIn, update } from '../support/management.ts';
import { minted } from '../support/minted.ts';
import { STORE_KINDS } from '../support/stores.ts';

type Options = Partial<AuthorizationServerOptions>;

const COMMON: Options = {
  scopesSupported: ['openid', 'email', 'offline_access', 'mcp:read', 'mcp:write', 'admin'],
  restrictedScopes: ['admin'],
};
const NARROW: Options = { baselineClientScopes: ['offline_access'] };
const WIDE: Options = {
  baselineClientScopes: ['offline_access', 'mcp:read'],
  baselineRules: [{ name: 'tests', match: { client_name: 'Test*' }, scopes: ['mcp:write'] }],
};
/** As each instance would have it for every client, whenever it registered. */
const TOLD = {
  narrow: 'openid offline_access',
  wide: 'openid offline_access mcp:read mcp:write',
};

/** What becomes of an authorization request: `asked`, the person is, or the error. */
async function fateAt(app: Express, client_id: string, scope?: string): Promise<string> {
  const answer = await new Browser(app, 'alice').authorize(client_id, createPkce(), { scope });
  const { location = '' } = answer.headers as Record<string, string | undefined>;
  return location.startsWith('/oauth/consent')
    ? 'asked'
    : (redirectParameters(answer)['error'] ?? 'lost');
}

async function connected(app: Express, client_id: string, scope?: string) {
  const pkce = createPkce();
  const code = await obtainCode(app, client_id, pkce, { scope });
  const { status, body } = await tokenRequest(app, redemption(client_id, code, pkce));
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body as { scope: string; refresh_token: string };
}

describe.each(STORE_KINDS)('two policies side by side ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let [narrow, wide]: [Express, Express] = [] as never;
  beforeEach(() => {
    deployment = createDeployment(storeKind, COMMON);
    narrow = deployment.start(NARROW).app;
    wide = deployment.start(WIDE).app;
  });
  afterEach(() => deployment.close());

  const kept = async (client_id: string): Promise<ClientRecord> =>
    (await deployment.store().clients.find(client_id))!;

  it('are each that of the instance that answers, wherever a client registered (A32)', async () => {
    const old = await registered(narrow, { scope: 'openid' });
    const young = await registered(wide, { scope: 'openid' });
    expect([old.scope, young.scope]).toEqual([TOLD.narrow, TOLD.wide]);
    for (const client of [old, young]) {
      const before = await kept(client.client_id);
      for (let round = 0; round < 2; round += 1) {
        expect((await manage(narrow, 'get', client)).body.scope).toBe(TOLD.narrow);
        expect((await manage(wide, 'get', client)).body.scope).toBe(TOLD.wide);
        expect(await fateAt(narrow, client.client_id, 'mcp:write')).toBe('invalid_scope');
        expect(await fateAt(wide, client.client_id, 'mcp:write')).toBe('asked');
      }
      // Reading writes nothing: not the note, not what was asked for, not an end.
      expect(await kept(client.client_id)).toEqual(before);
    }
  });

  it('each count at their own refreshes of one grant, which keeps what was approved', async () => {
    const client = await registered(wide, { scope: 'openid' });
    const { client_id } = client;
    let { refresh_token } = await connected(wide, client_id, 'openid offline_access mcp:read');
    const before = await kept(client_id);
    const granted = { narrow: TOLD.narrow, wide: 'openid offline_access mcp:read' };
    // Narrowed, put back, narrowed: more than that it is never.
    for (const [app, want] of [
      [narrow, granted.narrow],
      [wide, granted.wide],
      [narrow, granted.narrow],
      [wide, granted.wide],
    ] as const) {
      const refreshed = await refreshRequest(app, client_id, refresh_token);
      expect(refreshed.body).toMatchObject({ scope: want });
      ({ refresh_token } = refreshed.body as { refresh_token: string });
    }
    const { registered: note, requested, revision } = await kept(client_id);
    expect({ note, requested, revision }).toEqual({
      note: before.registered,
      requested: 'openid',
      revision: undefined,
    });
  });

  it('note an update each by their own, and what is sent back is no wish (MGMT-06)', async () => {
    const client = await registered(wide, { scope: 'openid' });
    const updated = await update(narrow, client, { scope: TOLD.narrow });
    expect(updated.body).toMatchObject({ scope: TOLD.narrow });
    const { registered: note, requested } = await kept(client.client_id);
    expect(requested).toBe('openid');
    expect(note.scopes.map(({ scope }) => scope).join(' ')).toBe(TOLD.narrow);
    expect(await fateAt(wide, client.client_id, 'mcp:write')).toBe('asked');
  });

  it.each([
    { name: 'as it was', more: '', want: 'openid' },
    { name: 'with a wish of its own', more: ' email', want: 'openid email' },
  ])('make no wish of what the other one added and is sent back $name', async (given) => {
    const client = await registered(wide, { scope: 'openid' });
    const scope = `${TOLD.wide}${given.more}`;
    const updated = registrationIn(await update(narrow, client, { scope }));
    expect(updated.scope).toBe(`${given.want} offline_access`);
    expect((await kept(client.client_id)).requested).toBe(given.want);
    expect(await fateAt(narrow, client.client_id, 'mcp:write')).toBe('invalid_scope');
  });

  it('take back a registration that holds what is not supported any more, if it was a gift', async () => {
    const client = await registered(wide, { scope: 'openid' });
    const scopesSupported = ['openid', 'offline_access', 'mcp:read'];
    const { app } = deployment.start({ ...NARROW, scopesSupported });
    const updated = registrationIn(await update(app, client, { scope: client.scope }));
    expect(updated.scope).toBe(TOLD.narrow);
  });

  it.each([
    { name: 'not supported any more', policy: { scopesSupported: ['openid', 'offline_access'] } },
    { name: 'restricted now', policy: { restrictedScopes: ['mcp:read'] } },
  ])('take back what they tell, also without a wish that is $name', async ({ policy }) => {
    const client = await registered(wide, { scope: 'openid mcp:read' });
    const { app } = deployment.start({ ...NARROW, ...policy });
    const told = await manage(app, 'get', client);
    expect(told.body).toMatchObject({ scope: TOLD.narrow });
    const updated = registrationIn(await update(app, client, { scope: TOLD.narrow }));
    expect(updated.scope).toBe(TOLD.narrow);
    expect((await kept(client.client_id)).requested).toBe('openid');
  });
});

describe.each(STORE_KINDS)("reconcile: 'off' ($kind)", (storeKind) => {
  let deployment: TestDeployment;
  let before: Express;
  const after = (options: Options = WIDE): Express =>
    deployment.start({ ...options, reconcile: 'off' }).app;
  beforeEach(() => {
    deployment = createDeployment(storeKind, COMMON);
    before = deployment.start(NARROW).app;
  });
  afterEach(() => deployment.close());

  it('leaves old clients with what they were told, and new ones with the policy (A32)', async () => {
    const old = await registered(before, { scope: 'openid' });
    const app = after();
    expect((await manage(app, 'get', old)).body.scope).toBe(TOLD.narrow);
    expect(await fateAt(app, old.client_id, TOLD.narrow)).toBe('asked');
    expect(await fateAt(app, old.client_id, 'mcp:read')).toBe('invalid_scope');
    const young = await registered(app, { scope: 'openid' });
    expect(young.scope).toBe(TOLD.wide);
    expect(await fateAt(app, young.client_id, TOLD.wide)).toBe('asked');
    // Put back, the policy is everybody's.
    const on = deployment.start(WIDE).app;
    expect(await fateAt(on, old.client_id, TOLD.wide)).toBe('asked');
  });

  it('takes nothing from old clients that is only out of the baseline, refreshes included', async () => {
    const { app: wide } = deployment.start(WIDE);
    const { client_id } = await registered(wide, { scope: 'openid' });
    const { refresh_token } = await connected(wide, client_id, TOLD.wide);
    const app = after(NARROW);
    const refreshed = await refreshRequest(app, client_id, refresh_token);
    expect(refreshed.body).toMatchObject({ scope: TOLD.wide });
    expect(await fateAt(app, client_id, 'mcp:write')).toBe('asked');
  });

  it('takes from old clients what is not supported any more, or restricted', async () => {
    const { app: wide } = deployment.start(WIDE);
    const { client_id } = await registered(wide, { scope: 'openid email' });
    const scope = 'openid email offline_access mcp:write';
    const { refresh_token } = await connected(wide, client_id, scope);
    const app = after({
      ...NARROW,
      scopesSupported: ['openid', 'offline_access', 'mcp:read', 'mcp:write'],
      restrictedScopes: ['mcp:write'],
    });
    for (const gone of ['email', 'mcp:write']) {
      expect(await fateAt(app, client_id, gone)).toBe('invalid_scope');
    }
    expect(await fateAt(app, client_id, 'mcp:read')).toBe('asked');
    const refreshed = await refreshRequest(app, client_id, refresh_token);
    expect(refreshed.body).toMatchObject({ scope: 'openid offline_access' });
  });

  it.each([
    { name: 'asked for', scope: 'openid', want: 'openid' },
    { name: 'has by default', scope: undefined, want: 'openid email' },
  ])('takes a request without scope for what the client $name, of its note', async (given) => {
    const defaults = { ...NARROW, defaultClientScopes: ['openid', 'email'] };
    const { client_id } = await registered(deployment.start(defaults).app, { scope: given.scope });
    // Later defaults are for those that come later.
    const app = after({ ...WIDE, defaultClientScopes: ['mcp:read'] });
    expect((await connected(app, client_id)).scope).toBe(given.want);
  });

  it('holds what a licence opened, and lets the wide ceiling be wide', async () => {
    const store = deployment.store();
    const { token } = await minted(store, { licence: { scopes: ['admin'] } });
    const opened = deployment.start(NARROW).app;
    const { body } = await supertest(opened)
      .post('/oauth/register')
      .auth(token, { type: 'bearer' })
      .send({ redirect_uris: ['http://localhost:8080/callback'], scope: 'admin' });
    const { client_id } = body as { client_id: string };
    expect(await fateAt(after(), client_id, 'admin offline_access')).toBe('asked');
    expect(await fateAt(after(), client_id, 'mcp:read')).toBe('invalid_scope');
    const old = await registered(before, { scope: 'openid' });
    const ceiling = after({ ...NARROW, scopeCeiling: 'supported' });
    expect(await fateAt(ceiling, old.client_id, 'mcp:read')).toBe('asked');
    expect(await fateAt(ceiling, old.client_id, 'admin')).toBe('invalid_scope');
  });

  it('decides an update like a registration, by the policy (MGMT-06)', async () => {
    const old = await registered(before, { scope: 'openid' });
    const app = after();
    const updated = await update(app, old, { scope: 'openid email' });
    expect(updated.body).toMatchObject({ scope: `openid email offline_access mcp:read mcp:write` });
    expect(await fateAt(app, old.client_id, 'email mcp:write')).toBe('asked');
  });
});

describe("reconcile: 'off', for clients that have no note", () => {
  const host = documentHost();

  it('goes by the policy where a document is read, and by the configuration otherwise', async () => {
    const client_id = publish(host(), '/client.json', {
      scope: 'openid',
      redirect_uris: ['http://localhost:8080/callback'],
    });
    const own = { client_id: 'own', redirect_uris: ['http://localhost:8080/callback'] };
    const clients = [{ ...own, token_endpoint_auth_method: 'none', scope: 'admin' }] as const;
    for (const [policy, fate] of [
      [NARROW, 'invalid_scope'],
      [WIDE, 'asked'],
    ] as const) {
      const options = { ...COMMON, ...policy, reconcile: 'off', clients } as const;
      const { app } = createDocumentApp(host(), { options });
      expect(await fateAt(app, client_id, 'openid mcp:read')).toBe(fate);
      expect(await fateAt(app, 'own', 'admin')).toBe('asked');
      expect(await fateAt(app, 'own', 'mcp:read')).toBe('invalid_scope');
    }
  });
});
