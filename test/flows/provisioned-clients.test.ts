import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import {
  inBody,
  inHeader,
  refreshForm,
  tokenRequestAs,
  WAYS,
  type ConfidentialClient,
  type Presented,
} from '../support/confidential.ts';
import type { TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  obtainCode,
  redemption,
  redirectParameters,
} from '../support/flow.ts';
import { allowHosted, askFrom, fateOf, HOSTED_URI } from '../support/hosted.ts';
import { redisContents, noteSecret } from '../support/secrets.ts';
import { STORE_KINDS } from '../support/stores.ts';

const SCOPE = 'notes:read admin:all offline_access';

const WIDE: Partial<AuthorizationServerOptions> = {
  scopesSupported: ['openid', 'notes:read', 'notes:write', 'admin:all', 'offline_access'],
  restrictedScopes: ['admin:*'],
  baselineClientScopes: ['openid', 'notes:write'],
  resources: ['/mcp'],
};

function newSecret(): string {
  const secret = randomBytes(32).toString('base64url');
  noteSecret(secret);
  return secret;
}

describe.each(STORE_KINDS)('a provisioned client, on $kind', (storeKind) => {
  let deployment: TestDeployment;
  let client: ConfidentialClient;

  beforeEach(() => {
    deployment = createDeployment(storeKind, WIDE);
    client = { client_id: 'crm-of-the-house', client_secret: newSecret() };
  });
  afterEach(() => deployment.close());

  /** An instance whose configuration has the client, with some things different. */
  function start(more: object = {}): TestApp {
    const own = { ...client, client_name: 'CRM', redirect_uris: [HOSTED_URI], scope: SCOPE };
    return deployment.start({ clients: [{ ...own, ...more }] });
  }

  async function tokens(
    { app }: TestApp,
    presented: Presented = inHeader(client),
  ): Promise<{ status: number; body: Record<string, string> }> {
    const pkce = createPkce();
    const at = { redirect_uri: HOSTED_URI };
    const code = await obtainCode(app, client.client_id, pkce, { ...at, scope: SCOPE });
    const form = { ...redemption(client.client_id, code, pkce, at), client_id: undefined };
    const { status, body } = await tokenRequestAs(app, presented, form);
    return { status, body: body as Record<string, string> };
  }

  async function refreshed({ app }: TestApp, refresh_token?: string) {
    const { status, body } = await tokenRequestAs(
      app,
      inHeader(client),
      refreshForm(refresh_token),
    );
    return { status, body: body as Record<string, string> };
  }

  it('is refused with another secret, and with one that was taken out', async () => {
    const other = { ...client, client_secret: newSecret() };
    expect(await tokens(start(), inHeader(other))).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    const app = start({ client_secret: [other.client_secret] });
    expect((await tokens(app, inHeader(client))).status).toBe(401);
    expect((await tokens(app, inBody(other))).status).toBe(200);
  });

  it('whose configuration is gone has nothing any more: its grants are dead, and not listed', async () => {
    const { body } = await tokens(start());
    const without = deployment.start();
    expect(await refreshed(without, body['refresh_token'])).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect(await without.server.grants.list({ subject: 'alice' })).toEqual([]);
    const begun = await askFrom(new Browser(without.app, 'alice'), client.client_id);
    expect(fateOf(begun)).toBe('400');
  });

  it.each(WAYS)('gets all it is set up for by $way, and refreshes', async ({ present }) => {
    const app = start();
    const { status, body } = await tokens(app, present(client));
    expect({ status, scope: body['scope'] }).toEqual({ status: 200, scope: SCOPE });
    expect(await refreshed(app, body['refresh_token'])).toMatchObject({
      status: 200,
      body: { scope: SCOPE },
    });
    expect(await app.server.grants.list({ subject: 'alice' })).toEqual([
      expect.objectContaining({
        clientId: client.client_id,
        clientName: 'CRM',
        redirectHost: 'app.example.com',
        scopes: SCOPE.split(' '),
        refreshable: true,
      }),
    ]);
  });

  it('has two secrets while one is being changed, and both are good', async () => {
    const next = { ...client, client_secret: newSecret() };
    const app = start({ client_secret: [next.client_secret, client.client_secret] });
    expect((await tokens(app, inHeader(client))).status).toBe(200);
    expect((await tokens(app, inBody(next))).status).toBe(200);
  });

  it('whose scope was narrowed is narrowed at the next refresh, and gets it back', async () => {
    const { body } = await tokens(start());
    const narrow = await refreshed(start({ scope: 'notes:read' }), body['refresh_token']);
    expect(narrow).toMatchObject({ status: 200, body: { scope: 'notes:read' } });
    const whole = await refreshed(start(), narrow.body['refresh_token']);
    expect(whole).toMatchObject({ status: 200, body: { scope: SCOPE } });
  });

  it('is remembered like others, and its id is in no key', async () => {
    const { app } = start();
    const browser = new Browser(app, 'alice');
    const query = { scope: SCOPE };
    expect(fateOf(await allowHosted(browser, client.client_id, query))).toBe('code');
    const again = await askFrom(browser, client.client_id, { ...query, prompt: 'none' });
    expect(redirectParameters(again)).toHaveProperty('code');
    const keys = storeKind.kind === 'redis' ? (await redisContents()).map(([key]) => key) : [];
    expect(keys.filter((key) => key.includes(client.client_id))).toEqual([]);
  });
});
