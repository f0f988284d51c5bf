import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEvent } from '../../lib/operations/audit-events.ts';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { expectApiError } from '../http/support/expect.ts';
import type { TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { obtainTokens, refreshRequest, registeredClientId } from '../support/flow.ts';
import { STORE_KINDS } from '../support/stores.ts';

const OPTIONS: Partial<AuthorizationServerOptions> = {
  scopesSupported: ['openid', 'offline_access', 'notes:read'],
  clients: [{ client_id: 'desk', redirect_uris: ['http://localhost/cb'], scope: 'openid' }],
  resourceServers: [{ id: 'api', secret: 'a-secret-of-an-API-that-is-long-enough-for-it' }],
};
const IMPORTED = {
  client_id: 'theirs-1',
  client_secret: 'a-secret-of-the-other-server',
  client_secret_expires_at: 0,
  redirect_uris: ['https://app.example.com/cb'],
  token_endpoint_auth_method: 'client_secret_basic',
  scope: 'openid',
};

describe.each(STORE_KINDS)('clients in the hands of their operator ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let here: TestApp;
  let there: TestApp;
  let events: AuditEvent[];

  beforeEach(() => {
    events = [];
    deployment = createDeployment(storeKind, OPTIONS);
    here = deployment.start({ onEvent: (event) => events.push(event) });
    there = deployment.start({ baselineClientScopes: ['notes:read'] });
  });
  afterEach(() => deployment.close());

  const told = (name: string): Partial<AuditEvent>[] =>
    events.filter((event) => event.name === name).map(({ time: _time, ...event }) => event);

  it('are blocked on every instance at once, and what they had is over when they are let in again', async () => {
    const { client_id, refresh_token = '' } = await obtainTokens(here.app, 'openid offline_access');
    expect(await here.server.clients.block(client_id, { reason: 'phishing' })).toBe(true);
    expect(await there.server.clients.block(client_id)).toBe(false);
    expectApiError(
      await refreshRequest(there.app, client_id, refresh_token),
      401,
      'invalid_client',
    );
    expect(await there.server.clients.get(client_id)).toMatchObject({
      blocked: { since: expect.any(Date) },
    });
    expect(await here.server.clients.unblock(client_id)).toBe(true);
    expect(await here.server.clients.unblock(client_id)).toBe(false);
    expectApiError(await refreshRequest(there.app, client_id, refresh_token), 400, 'invalid_grant');
    expect(told('client.blocked')).toEqual([
      { name: 'client.blocked', by: 'operator', client_id, reason: 'phishing' },
    ]);
    expect(told('client.unblocked')).toEqual([
      { name: 'client.unblocked', by: 'operator', client_id },
    ]);
  });

  it('are deleted once', async () => {
    const client_id = await registeredClientId(here.app);
    expect(await there.server.clients.delete(client_id)).toBe(true);
    expect(await here.server.clients.delete(client_id)).toBe(false);
    expect(await here.server.clients.get(client_id)).toBeUndefined();
  });

  it('are reconciled with the policy of the instance that is asked, when it is meant', async () => {
    const client_id = await registeredClientId(here.app, { scope: 'openid' });
    const report = {
      ...{ examined: 1, changed: 1, refreshed: 0, contested: 0 },
      scopes: [{ scope: 'notes:read', added: 1, removed: 0 }],
    };
    expect(await there.server.clients.reconcile({ dryRun: true })).toEqual(report);
    expect(await there.server.clients.get(client_id)).toHaveProperty('answered');
    expect(await there.server.clients.reconcile()).toEqual(report);
    expect(await there.server.clients.get(client_id)).not.toHaveProperty('answered');
    expect(await there.server.clients.reconcile()).toMatchObject({ examined: 1, changed: 0 });
  });

  it('are taken over from another server, with the id that they have, once', async () => {
    const imported = { outcome: 'imported', client_id: 'theirs-1', notes: [] };
    expect(await here.server.clients.import(IMPORTED, { dryRun: true })).toEqual(imported);
    expect(await here.server.clients.get('theirs-1')).toBeUndefined();
    expect(told('client.imported')).toEqual([]);
    expect(await here.server.clients.import(IMPORTED)).toEqual(imported);
    expect(await there.server.clients.import(IMPORTED)).toMatchObject({ outcome: 'present' });
    expect(await there.server.clients.get('theirs-1')).toMatchObject({ confidential: true });
    expect(told('client.imported')).toEqual([
      {
        ...{ name: 'client.imported', by: 'operator', client_id: 'theirs-1' },
        ...{ requested: ['openid'], baseline: [] },
        registered: [{ scope: 'openid', origin: 'requested' }],
      },
    ]);
    for (const client_id of ['a b', 'desk', 'api']) {
      expect(await here.server.clients.import({ ...IMPORTED, client_id })).toMatchObject({
        outcome: 'refused',
      });
    }
  });
});
