import { afterEach, describe, expect, it } from '@jest/globals';
import { redisEnvironment, startExample, type RunningExample } from '../support/example.ts';
import { freePort } from '../support/free-port.ts';
import type { ScriptedClient } from '../support/mcp-client.ts';
import { AuthorizationRefused, connectWithLogin } from '../support/mcp-client.ts';

const ALICE = { username: 'alice', password: 'password' };
const WIDE = { DCR_BASELINE_SCOPES: 'offline_access notes:write' };

describe.each([
  { store: 'memory', environment: () => ({}) },
  { store: 'redis', environment: redisEnvironment },
])('the official MCP client, version 2, against the example app ($store)', ({ environment }) => {
  let example: RunningExample | undefined;
  let client: ScriptedClient | undefined;

  afterEach(async () => {
    await client?.close();
    await example?.stop();
    client = undefined;
  });

  it('is refused with invalid_scope when it registered narrow and there is no baseline', async () => {
    example = await startExample({ ...environment(), DCR_BASELINE_SCOPES: '' });
    const refusal = await connectWithLogin({
      url: `${example.url}/mcp`,
      person: ALICE,
      registerScope: 'notes:read',
    }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AuthorizationRefused);
    const { error, story } = refusal as AuthorizationRefused;
    expect(error).toBe('invalid_scope');
    expect(story.registrations).toEqual([{ sent: 'notes:read', received: 'notes:read' }]);
    expect(story.authorizations).toEqual([
      {
        client_id: expect.any(String),
        scope: 'notes:read offline_access',
        outcome: 'invalid_scope',
      },
    ]);
  });

  it('registers, logs in, calls, steps up and refreshes under a baseline', async () => {
    example = await startExample({ ...environment(), ...WIDE });
    client = await connectWithLogin({
      url: `${example.url}/mcp`,
      person: ALICE,
      registerScope: 'notes:read',
    });
    expect(client.story.registrations).toEqual([
      { sent: 'notes:read', received: 'notes:read offline_access notes:write' },
    ]);
    expect(await client.callTool('read_notes')).toContain('\n');

    expect(await client.callTool('add_note', { text: 'Thank Bob' })).toContain('Added');
    const [login, stepUp, ...more] = client.story.authorizations;
    expect(more).toEqual([]);
    expect(login).toMatchObject({ scope: 'notes:read offline_access', outcome: 'code' });
    expect(stepUp).toEqual({
      client_id: login?.client_id,
      scope: 'notes:read offline_access notes:write',
      outcome: 'code',
    });

    client.provider.spoilAccessToken();
    expect(await client.callTool('read_notes')).toContain('Thank Bob');
    expect(client.story.tokens.at(-1)).toEqual({
      grant_type: 'refresh_token',
      status: 200,
      scope: 'notes:read offline_access notes:write',
    });
    expect(client.story.registrations).toHaveLength(1);
  });

  it('cannot step up to a scope that it did not register when there is no baseline', async () => {
    example = await startExample({ ...environment(), DCR_BASELINE_SCOPES: '' });
    client = await connectWithLogin({
      url: `${example.url}/mcp`,
      person: ALICE,
      registerScope: 'notes:read offline_access',
    });
    await client.callTool('read_notes');
    const refusal = await client
      .callTool('add_note', { text: 'no' })
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AuthorizationRefused);
    expect((refusal as AuthorizationRefused).error).toBe('invalid_scope');
  });

  it('is told when the person denies', async () => {
    example = await startExample({ ...environment(), ...WIDE });
    const refusal = await connectWithLogin({
      url: `${example.url}/mcp`,
      person: ALICE,
      decision: 'deny',
    }).catch((error: unknown) => error);
    expect((refusal as AuthorizationRefused).error).toBe('access_denied');
  });
});

describe('the example app after a restart, on Redis', () => {
  it('keeps the client, its tokens and what it may ask for', async () => {
    const environment = { ...redisEnvironment(), ...WIDE };
    // One of those that the system gives might be taken for an outgoing connection meanwhile.
    const port = await freePort();
    const before = await startExample(environment, port);
    const client = await connectWithLogin({
      url: `${before.url}/mcp`,
      person: ALICE,
      registerScope: 'notes:read',
    });
    await client.callTool('read_notes');
    await before.stop();

    const after = await startExample(environment, port);
    expect(await client.callTool('read_notes')).toContain('\n');
    client.provider.spoilAccessToken();
    await client.callTool('read_notes');
    expect(client.story.tokens.at(-1)).toMatchObject({ grant_type: 'refresh_token', status: 200 });
    expect(client.story.registrations).toHaveLength(1);
    await client.close();
    await after.stop();
  });
});
