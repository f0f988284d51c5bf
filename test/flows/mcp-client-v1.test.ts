import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { redisEnvironment, startExample, type RunningExample } from '../support/example.ts';
import { RefusedV1, ScriptedClientV1 } from '../support/mcp-client-v1.ts';

const ALICE = { username: 'alice', password: 'password' };
const WIDE = { DCR_BASELINE_SCOPES: 'offline_access notes:write' };
const ALL = 'notes:read notes:write offline_access';

let example: RunningExample | undefined;
let client: ScriptedClientV1 | undefined;

afterEach(async () => {
  await client?.close();
  await example?.stop();
  client = undefined;
  example = undefined;
});

function newClient({ url }: RunningExample): ScriptedClientV1 {
  client = new ScriptedClientV1(`${url}/mcp`, ALICE);
  return client;
}

describe.each([
  { store: 'memory', path: '', environment: () => ({}) },
  { store: 'redis', path: '', environment: redisEnvironment },
  { store: 'memory', path: '/auth', environment: () => ({}) },
])(
  'the official MCP client, version 1, against the example app ($store, issuer path "$path")',
  ({ path, environment }) => {
    const start = async (env: Record<string, string>): Promise<RunningExample> =>
      (example = await startExample({ ...environment(), ...env }, 0, path));

    it('cannot step up to a scope that it did not register when there is no baseline', async () => {
      const running = await start({ DCR_BASELINE_SCOPES: '' });
      const made = newClient(running);
      await made.connect();
      const refusal = await made.callTool('add_note', { text: 'no' }).catch((e: unknown) => e);
      expect(refusal).toBeInstanceOf(RefusedV1);
      expect((refusal as RefusedV1).error).toBe('invalid_scope');
    });

    it('registers with the scope of the challenge, logs in, calls and steps up', async () => {
      const { url } = (example = await start(WIDE));
      const { story, provider } = (client = newClient(example));
      await client.connect();
      expect(await client.callTool('read_notes')).toContain('\n');
      const { redirectUrl } = provider;
      expect(story.registrations).toEqual([
        {
          sent: {
            client_name: 'Scripted MCP client, version 1',
            redirect_uris: [redirectUrl],
            token_endpoint_auth_method: 'none',
            scope: 'notes:read',
          },
          status: 201,
          received: expect.objectContaining({
            redirect_uris: [redirectUrl],
            token_endpoint_auth_method: 'none',
            grant_types: ['authorization_code', 'refresh_token'],
            scope: 'notes:read offline_access notes:write',
          }),
        },
      ]);

      expect(await client.callTool('add_note', { text: 'Thank Bob' })).toContain('Added');
      const [login, stepUp, ...more] = story.authorizations;
      expect(more).toEqual([]);
      expect(login).toMatchObject({
        outcome: 'code',
        sent: { scope: 'notes:read', resource: `${url}/mcp`, redirect_uri: redirectUrl },
      });
      expect(stepUp).toMatchObject({
        outcome: 'code',
        sent: { scope: 'notes:read notes:write', client_id: login?.sent['client_id'] },
      });
      expect(story.tokens.map(({ status, received }) => ({ status, received }))).toEqual(
        ['notes:read', 'notes:read notes:write'].map((scope) => ({
          status: 200,
          // It never asks for offline_access by itself.
          received: {
            access_token: expect.any(String),
            token_type: 'Bearer',
            expires_in: 3600,
            scope,
          },
        })),
      );
      expect(story.registrations).toHaveLength(1);
    });

    it('refreshes an access token that has expired, and goes on', async () => {
      // Redis' clock cannot be moved. Long enough to be used on a slow machine, too.
      const { url } = (example = await start({ ...WIDE, DCR_ACCESS_TOKEN_TTL: '10' }));
      const { story, provider } = (client = newClient(example));
      await client.authorize(ALL);
      await client.connect();
      await eventually(async () => {
        const authorization = `Bearer ${provider.tokens()?.access_token ?? ''}`;
        expect((await fetch(`${url}/mcp`, { headers: { authorization } })).status).toBe(401);
      });
      const before = story.tokens.length;
      expect(await client.callTool('add_note', { text: 'Thank Bob' })).toContain('Added');

      const [refresh] = story.tokens.slice(before);
      const refresh_token = expect.stringMatching(/^[\w-]{22}\.\d+\.[\w-]{43}$/);
      expect(refresh).toEqual({
        sent: {
          grant_type: 'refresh_token',
          refresh_token,
          client_id: expect.any(String),
          resource: `${url}/mcp`,
        },
        status: 200,
        received: {
          access_token: expect.any(String),
          token_type: 'Bearer',
          expires_in: 10,
          scope: ALL,
          refresh_token,
        },
      });
      expect(story.authorizations).toHaveLength(1);
      expect(story.registrations).toHaveLength(1);
    });
  },
);
