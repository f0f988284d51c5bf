import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import type { TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  obtainTokens,
  redirectParameters,
  registeredClientId,
  REDIRECT_URI,
} from '../support/flow.ts';
import { startDocumentHost, type DocumentHost } from '../support/document-host.ts';
import { STORE_KINDS } from '../support/stores.ts';
import { publish } from '../http/support/document-app.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const OPTIONS: Partial<AuthorizationServerOptions> = {
  scopesSupported: ['openid', 'offline_access', 'notes:read', 'notes:write', 'admin:all'],
  restrictedScopes: ['admin:*'],
  defaultClientScopes: ['openid'],
  baselineClientScopes: ['offline_access'],
  baselineRules: [
    { name: 'editors', match: { client_name: 'Editor*' }, scopes: ['notes:write'] },
    { name: 'documents', match: { client_id_host: 'app.example' }, scopes: ['notes:read'] },
  ],
  clients: [{ client_id: 'desk', redirect_uris: [REDIRECT_URI], scope: 'openid admin:all' }],
  clientIdMetadataDocuments: true,
};
const ASKED = [...(OPTIONS.scopesSupported ?? []), 'stranger'];

const today = (): string => new Date().toISOString().slice(0, 10);

/** What the authorization endpoint says to each scope alone. */
async function answersOf(app: Express, client_id: string): Promise<Record<string, boolean>> {
  const answers: Record<string, boolean> = {};
  for (const scope of ASKED) {
    const answer = await new Browser(app, 'alice').authorize(client_id, createPkce(), { scope });
    const isSentBack = answer.status === 303 && !answer.headers['location']?.startsWith('/');
    if (isSentBack) expect(redirectParameters(answer)).toHaveProperty('error', 'invalid_scope');
    answers[scope] = !isSentBack;
  }
  return answers;
}

describe.each(STORE_KINDS)('clients, for their operator ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let host: DocumentHost;
  let made: TestApp;
  beforeEach(async () => {
    deployment = createDeployment(storeKind, OPTIONS);
    host = await startDocumentHost();
    made = deployment.start({}, { outside: host.outside });
  });
  afterEach(async () => {
    await Promise.all([deployment.close(), host.close()]);
  });

  const KINDS: [string, () => Promise<string>][] = [
    ['asked for something', () => registeredClientId(made.app, { scope: 'notes:read' })],
    ['asked for nothing', () => registeredClientId(made.app, { scope: undefined })],
    ['is of a rule', () => registeredClientId(made.app, { client_name: 'Editor 2' })],
    ['is of the configuration', async () => 'desk'],
    [
      'is known by a document',
      async () => publish(host, '/c.json', { redirect_uris: [REDIRECT_URI], scope: 'openid' }),
    ],
  ];

  it.each(KINDS)('are explained as the endpoints answer: one that %s', async (_name, known) => {
    const id = await known();
    const explained = await made.server.clients.explain(id, ASKED);
    const said = explained?.scopes.map(({ scope, allowed }) => [scope, allowed]) ?? [];
    expect(Object.fromEntries(said)).toEqual(await answersOf(made.app, id));
    const { client } = explained ?? {};
    expect(client?.registered.map(({ scope }) => scope).sort()).toEqual(
      said.flatMap(([scope, allowed]) => (allowed === true ? [scope] : [])).sort(),
    );
  });

  it('are shown with what they asked for, what was added, and when they were used', async () => {
    const before = today();
    const { client_id } = await obtainTokens(made.app, 'openid', {
      scope: 'openid',
      client_name: 'Editor',
    });
    const days = [before, today()];
    deployment.clock.advance(10 * DAY_MS);
    const client = await made.server.clients.get(client_id);
    expect(client).toEqual({
      clientId: client_id,
      origin: 'registered',
      metadata: expect.objectContaining({ client_name: 'Editor', redirect_uris: [REDIRECT_URI] }),
      confidential: false,
      requested: ['openid'],
      baseline: [
        { scope: 'offline_access', rule: 'global' },
        { scope: 'notes:write', rule: 'editors' },
      ],
      registered: [
        { scope: 'openid', origin: 'requested' },
        { scope: 'offline_access', origin: { baseline: 'global' } },
        { scope: 'notes:write', origin: { baseline: 'editors' } },
      ],
      used: true,
      createdAt: expect.anything(),
      lastUsedOn: expect.any(String),
      expiresAt: expect.anything(),
    });
    expect(days).toContain(client?.lastUsedOn);
    expect(days).toContain(client?.createdAt?.toISOString().slice(0, 10));
    expect(client?.metadata).not.toHaveProperty('scope');
    const listed = await made.server.clients.list();
    expect(listed).toEqual({ clients: [client], read: 1 });
  });

  it('are shown with what they were told, where it is not what counts now', async () => {
    const id = await registeredClientId(made.app, { scope: 'openid' });
    const other = deployment.start({ baselineClientScopes: [], baselineRules: [] });
    const registered = [{ scope: 'openid', origin: 'requested' }];
    const told = [...registered, { scope: 'offline_access', origin: { baseline: 'global' } }];
    expect(await made.server.clients.get(id)).not.toHaveProperty('answered');
    expect(await other.server.clients.get(id)).toMatchObject({ registered, answered: told });
  });

  it('are explained by what they were told, where that is the rule', async () => {
    const id = await registeredClientId(made.app, { scope: 'openid' });
    const policy = { baselineClientScopes: ['notes:read'], baselineRules: [] };
    const kept = deployment.start({ ...policy, reconcile: 'off' });
    const explained = await kept.server.clients.explain(id, 'offline_access notes:read');
    expect(explained?.scopes).toMatchObject([
      { allowed: true, code: 'baseline', reason: expect.stringContaining('told so before') },
      { allowed: false, code: 'not_reconciled' },
    ]);
    const answers = await answersOf(kept.app, id);
    expect([answers['offline_access'], answers['notes:read']]).toEqual([true, false]);
  });

  it('are shown without anything that proves who somebody is', async () => {
    const id = await registeredClientId(made.app, {
      redirect_uris: ['https://app.example.com/cb'],
      token_endpoint_auth_method: 'client_secret_basic',
    });
    const record = await deployment.store().clients.find(id);
    const shown = JSON.stringify([
      await made.server.clients.list({ used: false }),
      await made.server.clients.explain(id),
      await made.server.clients.explain('desk'),
    ]);
    expect(record?.secret_digest).toMatch(/^[\w-]{43}$/);
    expect(shown).toContain(id);
    for (const digest of [record?.secret_digest, record?.registration_token?.digest]) {
      expect(shown).not.toContain(digest);
    }
    expect(shown).not.toMatch(/digest|client_secret"|registration_/);
  });

  it('are still shown when they are blocked, with since when and why', async () => {
    const id = await registeredClientId(made.app, { scope: 'openid' });
    await deployment.store().clientStates.block(id, 'phishing');
    const answer = await new Browser(made.app, 'alice').authorize(id, createPkce());
    expect(answer.status).toBe(400);
    const blocked = { since: expect.anything(), reason: 'phishing' };
    expect(await made.server.clients.get(id)).toMatchObject({ clientId: id, blocked });
    const { clients } = await made.server.clients.list({ used: false });
    expect(clients).toMatchObject([{ clientId: id, blocked, grantsEndedAt: expect.anything() }]);
  });

  it('are none where there is none, and no id is too strange to be asked for', async () => {
    const { clients } = made.server;
    for (const id of ['', 'nobody', '__proto__', '*', 'a\u0000b', '{0}:x', 'x'.repeat(10_000)]) {
      expect(await clients.get(id)).toBeUndefined();
      expect(await clients.explain(id)).toBeUndefined();
    }
    await expect(clients.get(undefined as unknown as string)).rejects.toThrow(TypeError);
    await expect(clients.get(host.url('/none.json'))).rejects.toMatchObject({
      code: 'invalid_client',
    });
  });
});
