/**
 * "Our MCP login still works": what an app team keeps and runs with every change.
 *
 * @module
 */
import { afterEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
// In an app of your own: from 'express-dcr/testing'.
import {
  authorize,
  expectNoSecretsIn,
  expectOAuthError,
  refresh,
  registerClient,
  request,
  revoke,
  tokens,
} from '../../lib/testing.ts';
import type { TestClient, Tokens } from '../../lib/testing.ts';
import { appInTest, asAlice, callTool, MCP, NARROW, WIDE } from './support.ts';
import type { AppInTest } from './support.ts';

let notes: AppInTest;
afterEach(() => notes.close());

/** A client that alice has let in. */
async function connected(scope = WIDE): Promise<{ client: TestClient; had: Tokens }> {
  const client = await registerClient(notes.app, NARROW);
  const asked = { scope, resource: MCP, logIn: asAlice };
  const had = await tokens(notes.app, client, await authorize(notes.app, client, asked));
  return { client, had };
}

describe('the MCP login of the notes app', () => {
  it('works for a client that registers narrow and asks for more', async () => {
    notes = appInTest();
    const { client, had } = await connected();
    expect(client.scope).toBe('notes:read offline_access notes:write');
    expect(had.scope).toBe(WIDE);
    const added = await callTool(notes, had.access_token, 'add_note', { text: 'Thank Bob' });
    expect(added.status).toBe(200);
    expect(added.text).toContain('Added. There are 3 notes now.');
  });

  it('would not work for it without the baseline', async () => {
    notes = appInTest('');
    const client = await registerClient(notes.app, NARROW);
    const asked = { scope: WIDE, resource: MCP, logIn: asAlice };
    await expectOAuthError(authorize(notes.app, client, asked), { error: 'invalid_scope' });
  });

  it('has no scope that the app does not know', async () => {
    notes = appInTest();
    const wanted = registerClient(notes.app, { scope: 'notes:read notes:erase' });
    await expectOAuthError(wanted, { status: 400, error: 'invalid_client_metadata' });
    const client = await registerClient(notes.app, NARROW);
    const asked = { scope: 'notes:erase', resource: MCP, logIn: asAlice };
    await expectOAuthError(authorize(notes.app, client, asked), { error: 'invalid_scope' });
  });

  it('gives nothing to a client whom the person turns away', async () => {
    notes = appInTest();
    const client = await registerClient(notes.app, NARROW);
    const denied = { scope: WIDE, resource: MCP, logIn: asAlice, decision: 'deny' } as const;
    await expectOAuthError(authorize(notes.app, client, denied), { error: 'access_denied' });
  });

  it('gives a client no more than the person left ticked', async () => {
    notes = appInTest();
    const client = await registerClient(notes.app, NARROW);
    const asked = { scope: WIDE, resource: MCP, logIn: asAlice, ticked: ['notes:read'] };
    const had = await tokens(notes.app, client, await authorize(notes.app, client, asked));
    expect(had.scope).toBe('notes:read');
    const refused = await callTool(notes, had.access_token, 'add_note', { text: 'No' });
    await expectOAuthError(refused, { status: 403, error: 'insufficient_scope' });
  });

  it('lets nobody in without a token, and says where to get one', async () => {
    notes = appInTest();
    const answer = await request(notes.app, MCP, { method: 'POST', json: {} });
    await expectOAuthError(answer, { status: 401 });
    expect(answer.headers['www-authenticate']).toContain('/.well-known/oauth-protected-resource');
  });

  it('can be asked with supertest, as the rest of the app', async () => {
    notes = appInTest();
    const found = await supertest(notes.app).get('/.well-known/oauth-authorization-server');
    expect(found.body).toMatchObject({ issuer: new URL(MCP).origin });
    const { had } = await connected();
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const answer = await supertest(notes.app)
      .post('/mcp')
      .auth(had.access_token, { type: 'bearer' })
      .set('Accept', 'application/json, text/event-stream')
      .send(call);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('add_note');
    const refused = supertest(notes.app).post('/mcp').auth('not-a-token', { type: 'bearer' });
    await expectOAuthError(refused, { status: 401, error: 'invalid_token' });
  });

  it('lasts as long as the token, and goes on with the next', async () => {
    notes = appInTest();
    const { client, had } = await connected();
    notes.clock.advance({ hours: 1, seconds: 1 });
    const late = await callTool(notes, had.access_token, 'read_notes');
    await expectOAuthError(late, { status: 401, error: 'invalid_token' });
    const next = await refresh(notes.app, client, had);
    expect((await callTool(notes, next.access_token, 'read_notes')).status).toBe(200);
  });

  it('is over for a client that was deleted', async () => {
    notes = appInTest();
    const { client, had } = await connected();
    const { registration_client_uri = '', registration_access_token: token = '' } = client;
    const deleted = await request(notes.app, registration_client_uri, { method: 'DELETE', token });
    expect(deleted.status).toBe(204);
    const asked = refresh(notes.app, client, had);
    await expectOAuthError(asked, { status: 401, error: 'invalid_client' });
  });

  it('is over when the client logs out, and nothing of all that is in the log', async () => {
    notes = appInTest();
    const { client, had } = await connected();
    await revoke(notes.app, client, had);
    await expectOAuthError(refresh(notes.app, client, had), { error: 'invalid_grant' });
    expect(notes.log.entries.length).toBeGreaterThan(5);
    expectNoSecretsIn(notes.log);
  });
});
