import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import supertest, { type Response } from 'supertest';
import { RegistrationRefusedError, type OnRegister } from '../../lib/index.ts';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import type { Minting } from '../../lib/services/mint-initial-access-token.ts';
import { DAY, newClient, newDigest } from '../contract/records.ts';
import { expectApiError } from '../http/support/expect.ts';
import type { TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { Browser, METADATA, register } from '../support/flow.ts';
import { askFrom, fateOf, HOSTED_URI } from '../support/hosted.ts';
import { registrationIn, update, type Registration } from '../support/management.ts';
import { minted } from '../support/minted.ts';
import { STORE_KINDS } from '../support/stores.ts';

const OTHER_URI = 'https://other.example/cb';
const COMMON = {
  registration: 'token',
  scopesSupported: ['openid', 'files', 'notes', 'admin:all'],
  restrictedScopes: ['admin:*'],
  baselineRules: [{ name: 'ours', match: { redirect_host: 'app.example.com' }, scopes: ['files'] }],
} as const;

describe.each(STORE_KINDS)('an initial access token, with rules and a hook ($kind)', (kind) => {
  let deployment: TestDeployment;
  beforeEach(() => {
    deployment = createDeployment(kind, COMMON);
  });
  afterEach(() => deployment.close());

  const start = (options: Partial<AuthorizationServerOptions> = {}): TestApp =>
    // The memory store has no command to mint with: there one of the configuration is needed.
    deployment.start({ initialAccessTokens: [newDigest()], ...options });
  const mint = async (licence: Minting['licence'], more: Partial<Minting> = {}) =>
    minted(deployment.store(), { licence, ...more });
  const registerWith = async (
    { app }: TestApp,
    token: string,
    metadata: object = {},
  ): Promise<Response> =>
    supertest(app)
      .post('/oauth/register')
      .auth(token, { type: 'bearer' })
      .send({ ...METADATA, redirect_uris: [HOSTED_URI], ...metadata });
  const came = ({ status, body }: Response): Registration => {
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body as Registration;
  };

  it('is not widened by what a rule gave: that goes with the host, and cannot be chosen (MEET-22)', async () => {
    const made = start();
    const { token } = await mint({ scopes: ['openid'] });
    let client = came(await registerWith(made, token));
    expect(client.scope).toBe('openid files');
    // Alone it is a wish, and one that the token does not allow.
    const wished = await update(made.app, client, { redirect_uris: [HOSTED_URI], scope: 'files' });
    expectApiError(wished, 400, 'invalid_client_metadata');
    const more = await update(made.app, client, { redirect_uris: [OTHER_URI], scope: 'notes' });
    expectApiError(more, 400, 'invalid_client_metadata');
    // All that it was told, from another host: the gift stays behind.
    const moved = await update(made.app, client, {
      ...{ redirect_uris: [OTHER_URI], scope: client.scope },
    });
    client = registrationIn(moved);
    expect(client.scope).toBe('openid');
    const asked = { scope: 'openid files', redirect_uri: OTHER_URI };
    const answer = await askFrom(new Browser(made.app, 'alice'), client.client_id, asked);
    expect(fateOf(answer)).toBe('invalid_scope');
  });

  it.each<{ name: string; amend: (metadata: object) => object }>([
    { name: 'a restricted scope', amend: (m) => ({ ...m, scope: 'openid admin:all' }) },
    { name: 'a scope that it leaves out', amend: (m) => ({ ...m, scope: 'notes' }) },
    { name: 'a host that it leaves out', amend: (m) => ({ ...m, redirect_uris: [OTHER_URI] }) },
  ])(
    'holds what onRegister makes of a client, and is not used up by it: $name (MEET-23)',
    async ({ amend }) => {
      let isAmending = true;
      const onRegister: OnRegister = (metadata) =>
        isAmending ? (amend(metadata) as typeof metadata) : undefined;
      const made = start({ onRegister });
      const { token } = await mint({ scopes: ['openid'], redirectHosts: ['app.example.com'] });
      expectApiError(await registerWith(made, token), 503, 'temporarily_unavailable');
      isAmending = false;
      expect(came(await registerWith(made, token)).scope).toBe('openid files');
      expectApiError(await registerWith(made, token), 401, 'invalid_token');
    },
  );

  it('opens a rule to nobody by a host that it does not allow, where bad redirect URIs are dropped (MEET-24)', async () => {
    const made = start({ invalidRedirectUris: 'drop' });
    const { token } = await mint({ scopes: ['openid'], redirectHosts: ['other.example'] });
    const both = { redirect_uris: [HOSTED_URI, OTHER_URI] };
    const client = came(await registerWith(made, token, both));
    expect(client).toMatchObject({ redirect_uris: [OTHER_URI], scope: 'openid' });
    const browser = new Browser(made.app, 'alice');
    expect(fateOf(await askFrom(browser, client.client_id))).toBe('400');
    const updated = registrationIn(await update(made.app, client, { ...both, scope: 'openid' }));
    expect(updated).toMatchObject({ redirect_uris: [OTHER_URI], scope: 'openid' });
    const none = await update(made.app, updated, { redirect_uris: [HOSTED_URI] });
    expectApiError(none, 400, 'invalid_redirect_uri');
  });

  it('is not used up while registration is closed, full, or refused by onRegister (MEET-25)', async () => {
    let isRefusing = false;
    const onRegister: OnRegister = () => {
      if (isRefusing) throw new RegistrationRefusedError('', { error: 'access_denied' });
    };
    const made = start({ onRegister, maxUnusedClients: 100 });
    const { server } = made;
    const { token } = await mint({ scopes: ['openid'] }, { uses: 2 });
    await server.clients.closeRegistration();
    expectApiError(await registerWith(made, token), 503, 'temporarily_unavailable');
    await server.clients.openRegistration();
    isRefusing = true;
    expectApiError(await registerWith(made, token), 403, 'access_denied');
    isRefusing = false;
    came(await registerWith(made, token));
    const { clients } = deployment.store();
    const client_id_issued_at = Math.floor(deployment.clock.now() / 1000);
    const newcomers = Array.from({ length: 99 }, () => newClient({ client_id_issued_at }));
    await Promise.all(newcomers.map((newcomer) => clients.insert(newcomer, DAY)));
    expectApiError(await registerWith(made, token), 503, 'temporarily_unavailable');
    deployment.clock.advance(31 * 60_000);
    came(await registerWith(made, token));
    expectApiError(await registerWith(made, token), 401, 'invalid_token');
  });

  it('lets a client keep what it opened when it is revoked, until the client is blocked (MEET-26)', async () => {
    const made = start();
    const { token } = await mint({ scopes: ['openid', 'admin:all'] }, { uses: 9 });
    const client = came(await registerWith(made, token, { scope: 'admin:all' }));
    const digest = (await deployment.store().initialAccessTokens.list()).at(0)?.digest ?? '';
    await deployment.store().initialAccessTokens.remove(digest);
    expectApiError(await registerWith(made, token), 401, 'invalid_token');
    const metadata = { redirect_uris: [HOSTED_URI], scope: 'admin:all openid' };
    const updated = registrationIn(await update(made.app, client, metadata));
    expect(updated.scope).toBe('admin:all openid files');
    await made.server.clients.block(client.client_id);
    expectApiError(await update(made.app, updated, metadata), 401, 'invalid_token');
    // With registration open to all, its own token is none that opens anything.
    const open = deployment.start({ registration: 'open' });
    const again = await register(open.app, { ...metadata });
    expectApiError(again, 400, 'invalid_client_metadata');
  });
});
