import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import supertest from 'supertest';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  obtainCode,
  redemption,
  register,
  tokenRequest,
} from '../support/flow.ts';
import { fateOf } from '../support/hosted.ts';
import { STORE_KINDS } from '../support/stores.ts';

const CLAUDE = 'https://claude.ai/api/mcp/auth_callback';
const OPTIONS: Partial<AuthorizationServerOptions> = {
  scopesSupported: ['openid', 'offline_access', 'mcp:read', 'mcp:write'],
  baselineClientScopes: ['offline_access'],
  baselineRules: [
    {
      name: 'claude',
      match: { redirect_host: ['claude.ai', 'claude.com'] },
      scopes: ['mcp:write'],
    },
    { name: 'editors', match: { client_name: 'Editor*' }, scopes: ['mcp:read'] },
  ],
};

interface Registered {
  readonly client_id: string;
  readonly scope: string;
  readonly registration_client_uri: string;
  readonly registration_access_token: string;
}

async function registered(app: Express, metadata: object): Promise<Registered> {
  const { body, status } = await register(app, { scope: 'openid', ...metadata });
  expect(status).toBe(201);
  return body as Registered;
}

/** What is granted of what is asked for. */
async function granted(app: Express, client_id: string, scope: string, redirect_uri = CLAUDE) {
  const pkce = createPkce();
  const code = await obtainCode(app, client_id, pkce, { scope, redirect_uri });
  const { body } = await tokenRequest(app, redemption(client_id, code, pkce, { redirect_uri }));
  return body.scope as string;
}

describe.each(STORE_KINDS)('baseline rules ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  beforeEach(() => {
    deployment = createDeployment(storeKind, OPTIONS);
  });
  afterEach(() => deployment.close());

  it('are for the clients that they are about, from the registration to the grant', async () => {
    const { app } = deployment.start();
    const claude = await registered(app, { redirect_uris: [CLAUDE] });
    expect(claude.scope).toBe('openid offline_access mcp:write');
    expect(await granted(app, claude.client_id, 'openid mcp:write')).toBe('openid mcp:write');

    const other = await registered(app, { redirect_uris: ['https://other.example/cb'] });
    expect(other.scope).toBe('openid offline_access');
    const answer = await new Browser(app, 'alice').authorize(other.client_id, createPkce(), {
      scope: 'openid mcp:write',
      redirect_uri: 'https://other.example/cb',
    });
    expect(fateOf(answer)).toBe('invalid_scope');
  });

  it('add up, and say in the log which of them did', async () => {
    const { app, log } = deployment.start();
    const both = await registered(app, { redirect_uris: [CLAUDE], client_name: 'Editor 2' });
    expect(both.scope).toBe('openid offline_access mcp:write mcp:read');
    const line = log.at('debug').find(({ message }) => message.includes('expanded'));
    expect(line?.fields).toMatchObject({
      client_id: both.client_id,
      requested: ['openid'],
      baseline: [
        { scope: 'offline_access', rule: 'global' },
        { scope: 'mcp:write', rule: 'claude' },
        { scope: 'mcp:read', rule: 'editors' },
      ],
    });
  });

  it('never widen a grant that does not ask', async () => {
    const { app } = deployment.start();
    const { client_id } = await registered(app, { redirect_uris: [CLAUDE] });
    expect(await granted(app, client_id, 'openid')).toBe('openid');
  });

  it('are let go of by a client that changes what they go by', async () => {
    const { app } = deployment.start();
    const client = await registered(app, { redirect_uris: [CLAUDE] });
    const moved = await supertest(app)
      .put(new URL(client.registration_client_uri).pathname)
      .auth(client.registration_access_token, { type: 'bearer' })
      .send({
        client_id: client.client_id,
        redirect_uris: [CLAUDE, 'https://evil.example/cb'],
        scope: 'openid',
      });
    expect(moved.status).toBe(200);
    expect(moved.body.scope).toBe('openid offline_access');
    const answer = await new Browser(app, 'alice').authorize(client.client_id, createPkce(), {
      scope: 'mcp:write',
      redirect_uri: CLAUDE,
    });
    expect(fateOf(answer)).toBe('invalid_scope');
  });

  it('are those of the instance that answers, for clients of all the others', async () => {
    const before = deployment.start({ baselineRules: [] });
    const after = deployment.start();
    const old = await registered(before.app, { redirect_uris: [CLAUDE] });
    expect(old.scope).toBe('openid offline_access');
    expect(await granted(after.app, old.client_id, 'mcp:write')).toBe('mcp:write');
    const query = { scope: 'mcp:write', redirect_uri: CLAUDE };
    const refused = await new Browser(before.app, 'alice').authorize(
      old.client_id,
      createPkce(),
      query,
    );
    expect(fateOf(refused)).toBe('invalid_scope');
  });

  it('leave the rest to the baseline function, which adds to them', async () => {
    const { app } = deployment.start({
      baseline: ({ metadata }) => (metadata.software_id === 'trusted' ? ['mcp:read'] : []),
    });
    const trusted = await registered(app, { redirect_uris: [CLAUDE], software_id: 'trusted' });
    expect(trusted.scope).toBe('openid offline_access mcp:write mcp:read');
    expect(await granted(app, trusted.client_id, 'mcp:read')).toBe('mcp:read');
    const other = await registered(app, { redirect_uris: [CLAUDE] });
    expect(other.scope).toBe('openid offline_access mcp:write');
  });

  it('stand by themselves when the baseline function fails', async () => {
    const { app, log } = deployment.start({
      baseline: () => ['admin'],
    });
    const { client_id, scope } = await registered(app, { redirect_uris: [CLAUDE] });
    expect(scope).toBe('openid offline_access mcp:write');
    expect(await granted(app, client_id, 'mcp:write')).toBe('mcp:write');
    expect(log.at('error').map(({ message }) => message)).toEqual([
      'baseline function refused: it adds nothing',
    ]);
  });
});
