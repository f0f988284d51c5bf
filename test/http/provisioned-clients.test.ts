import { describe, expect, it } from '@jest/globals';
import { createTestApp } from '../support/app.ts';
import {
  Browser,
  createPkce,
  locationOf,
  obtainCode,
  redemption,
  redirectParameters,
  register,
  tokenRequest,
} from '../support/flow.ts';

const SECRET = 'a secret of a client'.replaceAll(' ', '-').padEnd(32, '.');
const SCOPES = ['openid', 'notes:read', 'notes:write', 'admin:all'];
const LOOPBACK = 'http://127.0.0.1/cb';
const CRM = {
  client_id: 'crm',
  client_name: 'CRM',
  client_secret: SECRET,
  redirect_uris: ['https://10.0.0.7:8443/cb'],
  scope: 'notes:read admin:all',
};
const CLI = { client_id: 'cli', redirect_uris: [LOOPBACK], scope: 'notes:read' };

function created(options: object = {}) {
  return createTestApp({
    options: {
      scopesSupported: SCOPES,
      restrictedScopes: ['admin:*'],
      baselineClientScopes: ['openid'],
      clients: [CRM, CLI],
      ...options,
    },
  });
}

const AT_CRM = { redirect_uri: 'https://10.0.0.7:8443/cb' };

describe('a provisioned client at the authorization endpoint', () => {
  it.each(['openid', 'notes:write', 'notes:read openid'])(
    'may not ask for %s, in the baseline or not, whatever the ceiling of others is',
    async (scope) => {
      for (const scopeCeiling of ['registered', 'supported'] as const) {
        const { app } = created({ scopeCeiling });
        const begun = await new Browser(app, 'alice').authorize('crm', createPkce(), {
          ...AT_CRM,
          scope,
        });
        expect(redirectParameters(begun)).toMatchObject({ error: 'invalid_scope' });
      }
    },
  );

  it.each([
    'https://10.0.0.7:8443/cb/',
    'https://10.0.0.7/cb',
    'https://app.example.com/cb',
    LOOPBACK,
  ])('is answered at no other address: %s', async (redirect_uri) => {
    const { app } = created();
    const begun = await new Browser(app, 'alice').authorize('crm', createPkce(), { redirect_uri });
    expect({ status: begun.status, location: locationOf(begun) }).toEqual({
      status: 400,
      location: '',
    });
  });

  it('is asked for by the person as what it is: set up by the operator, with its scopes', async () => {
    const { app } = created();
    const browser = new Browser(app, 'alice');
    const begun = await browser.authorize('crm', createPkce(), AT_CRM);
    const { text } = await browser.get(locationOf(begun));
    expect(text).toContain('The app was set up by the operator of this site.');
    expect(text).toContain('10.0.0.7:8443');
    expect(text).toContain('admin:all');
    expect(text).toContain('notes:read');
    expect(text).not.toMatch(/openid|notes:write/);
  });

  it('is what a request without scope asks for: all that was written down', async () => {
    const { app } = created();
    const pkce = createPkce();
    const code = await obtainCode(app, 'crm', pkce, AT_CRM);
    const form = { ...redemption('crm', code, pkce, AT_CRM), client_secret: SECRET };
    expect((await tokenRequest(app, form)).body).toMatchObject({ scope: 'notes:read admin:all' });
  });

  it('may be a public one on the device of the person, on any port', async () => {
    const { app } = created();
    const pkce = createPkce();
    const at = { redirect_uri: 'http://127.0.0.1:51234/cb' };
    const code = await obtainCode(app, 'cli', pkce, at);
    const { status, body } = await tokenRequest(app, redemption('cli', code, pkce, at));
    expect({ status, body }).toMatchObject({ status: 200, body: { scope: 'notes:read' } });
  });

  it('may have to push its requests, when that is written down', async () => {
    const { app } = created({ clients: [{ ...CLI, require_pushed_authorization_requests: true }] });
    const browser = new Browser(app, 'alice');
    const begun = await browser.authorize('cli', createPkce(), { redirect_uri: LOOPBACK });
    expect(redirectParameters(begun)).toMatchObject({ error: 'invalid_request' });
  });

  it('keeps what was written down when the host changes its list later', async () => {
    const clients = [{ ...CLI, redirect_uris: [LOOPBACK] }];
    const { app } = created({ clients });
    clients[0]?.redirect_uris.push('https://elsewhere.example.com/cb');
    clients.pop();
    const begun = (redirect_uri: string) =>
      new Browser(app, 'alice').authorize('cli', createPkce(), { redirect_uri });
    expect((await begun('https://elsewhere.example.com/cb')).status).toBe(400);
    expect((await begun(LOOPBACK)).status).toBe(302);
  });
});

describe('a registration under the name of a provisioned client', () => {
  it('gets neither its id nor its hosts, and changes nothing about it (REG-03)', async () => {
    const { app } = created();
    const { status, body } = await register(app, { ...CRM, scope: 'notes:read' });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { error: 'invalid_redirect_uri' },
    });
    const redirect_uris = ['https://app.example.com/cb'];
    const other = await register(app, { ...CRM, scope: 'notes:read', redirect_uris });
    expect(other.status).toBe(201);
    expect(other.body).not.toMatchObject({ client_id: 'crm' });
    const begun = await new Browser(app, 'alice').authorize('crm', createPkce(), {
      redirect_uri: 'https://app.example.com/cb',
    });
    expect(begun.status).toBe(400);
  });

  it('cannot have a restricted scope that such a client has', async () => {
    const { status, body } = await register(created().app, {
      client_id: 'crm',
      scope: 'admin:all',
    });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { error: 'invalid_client_metadata' },
    });
  });
});

describe('what the server says of itself with provisioned clients', () => {
  it('lists the methods that they use, also where nobody can register with a secret', () => {
    const { metadata } = created({ confidentialClients: false }).server;
    expect(metadata.token_endpoint_auth_methods_supported).toEqual(['none', 'client_secret_basic']);
    expect(metadata.scopes_supported).toEqual(['openid', 'notes:read', 'notes:write']);
  });

  it('says in its log how many there are, and nothing of their secrets', () => {
    const { log } = created();
    expect(log.at('info')).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ provisioned_clients: 2 }) }),
    );
    expect(log.text()).not.toContain(SECRET);
  });
});
