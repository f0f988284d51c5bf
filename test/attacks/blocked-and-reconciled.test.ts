import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectApiError } from '../http/support/expect.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { Browser, createPkce, refreshRequest } from '../support/flow.ts';
import { askFrom, fateOf, HOSTED_URI } from '../support/hosted.ts';
import { manage, registered, registrationIn, tokensFor, update } from '../support/management.ts';
import { beginPushed, pushedUri } from '../support/pushed.ts';
import { STORE_KINDS } from '../support/stores.ts';

const WEB = { redirect_uris: [HOSTED_URI, 'http://localhost:8080/callback'] };
const where = { redirect_uri: HOSTED_URI };

describe.each(STORE_KINDS)('a client that an operator blocks ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  beforeEach(() => {
    deployment = createDeployment(storeKind, {
      scopesSupported: ['openid', 'offline_access', 'files'],
    });
  });
  afterEach(() => deployment.close());

  it('is not renewed, ended or let in by anything that it had under way, and keeps its notes (MEET-39)', async () => {
    const { app, server } = deployment.start();
    const first = await registered(app, { ...WEB, scope: 'openid offline_access' });
    const client = registrationIn(
      await update(app, first, { ...WEB, scope: 'openid offline_access' }),
    );
    const { client_id } = client;
    const { refresh_token } = await tokensFor(app, client);
    const pushed = await pushedUri(app, client_id, createPkce(), where);
    const before = await deployment.store().clients.find(client_id);
    deployment.clock.advance(2 * 24 * 3600_000);
    await server.clients.block(client_id);

    const browser = new Browser(app, 'alice');
    expectApiError(await refreshRequest(app, client_id, refresh_token), 401, 'invalid_client');
    expect(fateOf(await askFrom(browser, client_id))).toBe('400');
    expect(fateOf(await beginPushed(browser, client_id, pushed))).toBe('400');
    // With the token of now, and with the one before it that would be good for a day.
    for (const { registration_access_token: token } of [client, first]) {
      for (const method of ['get', 'delete'] as const) {
        expectApiError(await manage(app, method, client, { token }), 401, 'invalid_token');
      }
      expectApiError(await update(app, client, WEB, { token }), 401, 'invalid_token');
    }
    expect(await deployment.store().clients.find(client_id)).toEqual(before);

    const wide = deployment.start({ baselineClientScopes: ['files'] });
    expect(await wide.server.clients.reconcile()).toMatchObject({ examined: 1, changed: 1 });
    expect(await wide.server.clients.get(client_id)).toMatchObject({
      blocked: { since: expect.any(Date) },
    });
    expect(fateOf(await askFrom(browser.at(wide.app), client_id))).toBe('400');
    await server.clients.unblock(client_id);
    expectApiError(await refreshRequest(app, client_id, refresh_token), 400, 'invalid_grant');
    // The day of the token before is over by now; that of the client is its own again.
    const late = await manage(app, 'get', first);
    expectApiError(late, 401, 'invalid_token');
    expect((await manage(app, 'get', client)).status).toBe(200);
  });
});
