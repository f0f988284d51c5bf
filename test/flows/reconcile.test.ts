import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import type { ClientRecord, Store } from '../../lib/storage/store.ts';
import { runCommandIn } from '../cli/run-command.ts';
import { DAY, newClient } from '../contract/records.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  obtainTokens,
  redirectParameters,
  refreshRequest,
  registeredClientId,
} from '../support/flow.ts';
import { registered, update } from '../support/management.ts';
import { STORE_KINDS } from '../support/stores.ts';

const SUPPORTED = ['openid', 'offline_access', 'mcp:read', 'mcp:write'];
const NARROW = { scopesSupported: SUPPORTED, baselineClientScopes: ['offline_access'] };
const WIDE = { scopesSupported: SUPPORTED, baselineClientScopes: ['offline_access', 'mcp:read'] };
const ISSUER = 'https://as.example.com';
const env = (baseline: string): Record<string, string> => ({
  DCR_ISSUER: ISSUER,
  DCR_SCOPES_SUPPORTED: SUPPORTED.join(' '),
  DCR_BASELINE_SCOPES: baseline,
});
const WIDE_ENV = env('offline_access mcp:read');

const scopesOf = (record: ClientRecord | undefined): string =>
  record?.registered.scopes.map(({ scope }) => scope).join(' ') ?? 'gone';

async function fateAt(app: Express, client_id: string, scope: string): Promise<string> {
  const answer = await new Browser(app, 'alice').authorize(client_id, createPkce(), { scope });
  const { location = '' } = answer.headers as Record<string, string | undefined>;
  return location.startsWith('/oauth/consent')
    ? 'asked'
    : (redirectParameters(answer)['error'] ?? 'lost');
}

describe.each(STORE_KINDS)('the command reconcile ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let store: Store;
  beforeEach(() => {
    deployment = createDeployment(storeKind, { issuer: ISSUER });
    store = deployment.store();
  });
  afterEach(() => deployment.close());

  const reconciled = async (given: Record<string, string>): Promise<object> => {
    const { code, answer } = await runCommandIn(given, store, 'reconcile', '--json');
    return { code, ...(JSON.parse(answer.split('\n').at(-1) ?? '') as object) };
  };

  it("is what applies a policy where reconcile is 'off', and takes it back", async () => {
    const off = { ...WIDE, reconcile: 'off' } as const;
    const [before, after] = [deployment.start(NARROW).app, deployment.start(off).app];
    const tokens = await obtainTokens(before, 'openid offline_access', { scope: 'openid' });
    const { client_id } = tokens;
    expect(await fateAt(after, client_id, 'mcp:read')).toBe('invalid_scope');
    expect(await reconciled(WIDE_ENV)).toMatchObject({ code: 0, examined: 1, changed: 1 });
    expect(await fateAt(after, client_id, 'mcp:read')).toBe('asked');
    const grown = await refreshRequest(after, client_id, tokens.refresh_token);
    expect(grown.body).toMatchObject({ scope: 'openid offline_access' });

    const narrowed = deployment.start({ ...NARROW, reconcile: 'off' }).app;
    expect(await fateAt(narrowed, client_id, 'mcp:read')).toBe('asked');
    expect(await reconciled(env('offline_access'))).toMatchObject({ changed: 1 });
    expect(await fateAt(narrowed, client_id, 'mcp:read')).toBe('invalid_scope');
  });

  it("changes nothing for clients where reconcile is 'on'", async () => {
    const narrow = deployment.start(NARROW).app;
    const client_id = await registeredClientId(narrow, { scope: 'openid' });
    await reconciled(WIDE_ENV);
    expect(scopesOf(await store.clients.find(client_id))).toBe('openid offline_access mcp:read');
    expect(await fateAt(narrow, client_id, 'mcp:read')).toBe('invalid_scope');
  });

  it('runs beside itself, updates, refreshes and newcomers, and none of them notices', async () => {
    const { app } = deployment.start(WIDE);
    const before = deployment.start(NARROW).app;
    const used = await Promise.all(
      Array.from({ length: 4 }, () => obtainTokens(before, 'openid offline_access')),
    );
    const managed = await Promise.all(
      Array.from({ length: 4 }, () => registered(before, { scope: 'openid' })),
    );
    const quiet = Array.from({ length: 150 }, () => newClient({ requested: 'openid' }));
    for (const client of quiet) await store.clients.insert(client, DAY);

    const [one, other, refreshed, updated, young] = await Promise.all([
      reconciled(WIDE_ENV),
      reconciled(WIDE_ENV),
      Promise.all(used.map((t) => refreshRequest(app, t.client_id, t.refresh_token))),
      Promise.all(managed.map((client) => update(app, client, { scope: 'openid mcp:write' }))),
      registeredClientId(app, { scope: 'openid' }),
    ]);
    for (const report of [one, other]) expect(report).toMatchObject({ code: 0, contested: 0 });
    for (const { status } of [...refreshed, ...updated]) expect(status).toBe(200);

    expect(await reconciled(WIDE_ENV)).toMatchObject({ changed: 0, refreshed: 0 });
    const ids = [...quiet.map(({ client_id }) => client_id), young];
    for (const id of ids) {
      expect(scopesOf(await store.clients.find(id))).toBe('openid offline_access mcp:read');
    }
    for (const { client_id } of managed) {
      const record = await store.clients.find(client_id);
      expect(scopesOf(record)).toBe('openid mcp:write offline_access mcp:read');
      expect(record?.revision).toBe(1);
    }
  });
});
