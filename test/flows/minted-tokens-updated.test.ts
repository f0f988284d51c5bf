import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { expectApiError } from '../http/support/expect.ts';
import type { Licence } from '../../lib/storage/store.ts';
import { newDigest } from '../contract/records.ts';
import type { TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { Browser, createPkce, METADATA, redirectParameters } from '../support/flow.ts';
import {
  manage,
  registered,
  registrationIn,
  update,
  type Registration,
} from '../support/management.ts';
import { minted } from '../support/minted.ts';
import { STORE_KINDS } from '../support/stores.ts';

const COMMON = {
  registration: 'token',
  scopesSupported: ['openid', 'notes:read', 'notes:write', 'admin:all', 'offline_access'],
  restrictedScopes: ['admin:*'],
  baselineClientScopes: ['offline_access'],
} as const;

const PARTNER = 'https://app.partner.example/cb';
const AT_PARTNER = { redirect_uris: [PARTNER] };

describe.each(STORE_KINDS)('a client that updates its registration, in $kind (MGMT-05)', (kind) => {
  let deployment: TestDeployment;
  let a: TestApp;
  let b: TestApp;

  beforeEach(() => {
    deployment = createDeployment(kind, COMMON);
    // The memory store is no shared one, and has no command: there one of the configuration is needed.
    const options = { initialAccessTokens: [newDigest()] };
    [a, b] = [deployment.start(options), deployment.start(options)];
  });
  afterEach(() => deployment.close());

  /** A client that used up a token which allows this. */
  async function licensed(licence: Licence, metadata: object): Promise<Registration> {
    const { token } = await minted(deployment.store(), { licence });
    const { status, body } = await supertest(a.app)
      .post('/oauth/register')
      .set('Authorization', `Bearer ${token}`)
      .send({ ...METADATA, ...metadata });
    expect(status).toBe(201);
    return body as Registration;
  }

  const outcomeOf = async (
    { app }: TestApp,
    id: string,
    scope: string,
  ): Promise<string | undefined> => {
    const browser = new Browser(app, 'alice');
    const given = redirectParameters(await browser.decide('allow', id, createPkce(), { scope }));
    return 'code' in given ? 'code' : given['error'];
  };

  it('keeps the restricted scopes that its token opened, also through several updates', async () => {
    let client = await licensed({ scopes: ['notes:read', 'admin:all'] }, { scope: 'admin:all' });
    const { client_id } = client;
    for (const { app } of [b, a]) {
      client = registrationIn(await update(app, client, { scope: 'admin:all' }));
      expect(client.scope).toBe('admin:all offline_access');
    }
    // Of those that its token names it may ask for another, for all, and for the first again.
    client = registrationIn(await update(b.app, client, { scope: 'notes:read' }));
    expect(client.scope).toBe('notes:read offline_access');
    expect(await outcomeOf(a, client_id, 'admin:all')).toBe('invalid_scope');
    client = registrationIn(await update(a.app, client));
    expect(client.scope).toBe('notes:read admin:all offline_access');
    expect(await outcomeOf(b, client_id, 'admin:all')).toBe('code');
  });

  it('gets no scope that its token does not name, and is left as it was', async () => {
    const client = await licensed({ scopes: ['notes:read'] }, { scope: 'notes:read' });
    for (const scope of ['admin:all', 'notes:write', 'notes:read notes:write']) {
      const refused = await update(b.app, client, { scope });
      expectApiError(refused, 400, 'invalid_client_metadata');
    }
    // Nor by asking for nothing, or by sending what is the server's to say.
    const forged = { licence: { scopes: ['admin:all'] }, initial_access_token: 'x' };
    const after = registrationIn(await update(a.app, client, forged));
    expect(after.scope).toBe('notes:read offline_access');
    expect((await manage(b.app, 'get', after)).body).toHaveProperty('scope', after.scope);
    expect(await outcomeOf(b, client.client_id, 'admin:all')).toBe('invalid_scope');
  });

  it('is answered at the hosts that its token names and at no others', async () => {
    const client = await licensed({ redirectHosts: ['*.partner.example'] }, AT_PARTNER);
    for (const uri of [
      'https://evil.example/cb',
      'https://partner.example.evil.example/cb',
      'http://127.0.0.1/cb',
      'com.example.app:/cb',
    ]) {
      for (const redirect_uris of [[uri], [PARTNER, uri]]) {
        const refused = await update(b.app, client, { redirect_uris });
        expectApiError(refused, 400, 'invalid_redirect_uri');
      }
    }
    const other = { redirect_uris: ['https://new.partner.example/cb'] };
    const after = registrationIn(await update(b.app, client, other));
    expect((await manage(a.app, 'get', after)).body).toMatchObject(other);
    const again = await update(a.app, after, { redirect_uris: ['https://evil.example/cb'] });
    expectApiError(again, 400, 'invalid_redirect_uri');
  });

  it('gets no restricted scope when it registered openly or with a token that opened none', async () => {
    const open = deployment.start({ registration: 'open' });
    for (const client of [await registered(open.app), await licensed({}, {})]) {
      expectApiError(
        await update(open.app, client, { scope: 'admin:all' }),
        400,
        'invalid_client_metadata',
      );
      const after = registrationIn(await update(open.app, client));
      expect(after.scope.split(' ')).toEqual(
        expect.arrayContaining(['notes:write', 'offline_access']),
      );
      expect(after.scope).not.toContain('admin:all');
      expect(await outcomeOf(a, client.client_id, 'admin:all')).toBe('invalid_scope');
    }
  });

  it('gets none by sending a token that opens it in place of its own, and uses nothing up', async () => {
    const open = deployment.start({ registration: 'open' });
    const client = await registered(open.app);
    const { token } = await minted(deployment.store(), { licence: { scopes: ['admin:all'] } });
    const refused = await update(open.app, client, { scope: 'admin:all' }, { token });
    expectApiError(refused, 401, 'invalid_token');
    const [kept] = await deployment.store().initialAccessTokens.list();
    expect(kept).toMatchObject({ uses: 1, left: 1 });
  });
});
