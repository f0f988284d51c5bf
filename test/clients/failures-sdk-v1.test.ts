import { afterEach, describe, expect, it } from '@jest/globals';
import { startExample, type RunningExample } from '../support/example.ts';
import { freePort } from '../support/free-port.ts';
import { ScriptedClientV1 } from '../support/mcp-client-v1.ts';
import { startOneChallengeApp } from './support/one-challenge-app.ts';

const ALICE = { username: 'alice', password: 'password' };
const WIDE = { DCR_BASELINE_SCOPES: 'offline_access notes:write' };

describe('failures of clients made with the MCP SDK, version 1', () => {
  let example: RunningExample | undefined;
  let client: ScriptedClientV1 | undefined;

  afterEach(async () => {
    await client?.close();
    await example?.stop();
  });

  it('row 34: a client that the server forgot is told so at its refresh, registers again and goes on', async () => {
    // One of those that the system gives might be taken for an outgoing connection meanwhile.
    const port = await freePort();
    const before = (example = await startExample(WIDE, port));
    const url = `${before.url}/mcp`;
    const made = (client = new ScriptedClientV1(url, ALICE));
    await made.authorize('notes:read offline_access');
    await made.connect();
    await made.callTool('read_notes');
    const { client_id } = made.story.authorizations[0]?.sent ?? {};
    // The memory store of the next instance knows nobody.
    await before.stop();
    example = await startExample(WIDE, port);

    expect(await made.callTool('read_notes')).toContain('\n');
    expect(made.story.tokens.map(({ sent, status }) => [sent['grant_type'], status])).toEqual([
      ['authorization_code', 200],
      ['refresh_token', 401],
      ['authorization_code', 200],
    ]);
    expect(made.story.tokens[1]?.received).toMatchObject({ error: 'invalid_client' });
    expect(made.story.registrations).toHaveLength(2);
    expect(made.story.authorizations[1]).toMatchObject({ outcome: 'code' });
    expect(made.story.authorizations[1]?.sent['client_id']).not.toBe(client_id);
  });

  it('row 54: refreshing instead of asking ends after one try, and an authorization mends it', async () => {
    example = await startExample(WIDE);
    const made = (client = new ScriptedClientV1(`${example.url}/mcp`, ALICE));
    await made.authorize('notes:read offline_access');
    await made.connect();
    await expect(made.callTool('add_note', { text: 'one' })).rejects.toMatchObject({ code: 403 });
    expect(made.story.tokens.map(({ sent }) => sent['grant_type'])).toEqual([
      'authorization_code',
      'refresh_token',
    ]);
    expect(made.story.tokens[1]?.received).toMatchObject({ scope: 'notes:read offline_access' });

    made.provider.invalidateCredentials('tokens');
    await made.authorize('notes:read notes:write offline_access');
    expect(await made.callTool('add_note', { text: 'two' })).toContain('Added');
    expect(made.story.registrations).toHaveLength(1);
  });

  it('row 54: without a refresh token it asks the person, and steps up as the same client', async () => {
    example = await startExample(WIDE);
    const made = (client = new ScriptedClientV1(`${example.url}/mcp`, ALICE));
    await made.connect();
    expect(made.provider.tokens()).not.toHaveProperty('refresh_token');
    expect(await made.callTool('add_note', { text: 'one' })).toContain('Added');
    expect(made.story.authorizations.map(({ sent }) => sent['scope'])).toEqual([
      'notes:read',
      'notes:read notes:write',
    ]);
    expect(made.story.registrations).toHaveLength(1);
  });

  it('row 54: with a refresh token it never has to, where the first challenge names every scope', async () => {
    const app = await startOneChallengeApp();
    const made = (client = new ScriptedClientV1(app.url, ALICE));
    try {
      await made.connect();
      expect(made.provider.tokens()).toHaveProperty('refresh_token');
      expect(await made.callTool('add_note', { text: 'one' })).toContain('Added');
      expect(made.story.authorizations).toHaveLength(1);
    } finally {
      await app.stop();
    }
  });
});
