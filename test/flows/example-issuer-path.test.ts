import { afterEach, describe, expect, it } from '@jest/globals';
import { spawnExample, type SpawnedExample } from '../../example-app/spawn-example.ts';
import { redisEnvironment } from '../support/example.ts';
import { connectWithLogin } from '../support/mcp-client.ts';
import { STORE_KINDS } from '../support/stores.ts';

const ALICE = { username: 'alice', password: 'password' };
const AS = '/.well-known/oauth-authorization-server';
const PRM = '/.well-known/oauth-protected-resource';

describe.each(STORE_KINDS)(
  'the example app as a process, with a path in DCR_ISSUER ($kind)',
  ({ kind }) => {
    let example: SpawnedExample;

    const start = async (path: string): Promise<SpawnedExample> => {
      example = await spawnExample((url) => ({
        ...(kind === 'redis' && redisEnvironment()),
        DCR_ISSUER: `${url}${path}`,
        DCR_BASELINE_SCOPES: 'offline_access notes:write',
      }));
      return example;
    };

    afterEach(async () => {
      // Throws unless the process ended by itself, with 0.
      await example.stop();
    });

    it('publishes each document at its place, and nothing elsewhere', async () => {
      const { url } = await start('/auth');
      const places = [
        `${AS}/auth`,
        AS,
        `${AS}/other`,
        `/auth${AS}`,
        `${PRM}/mcp`,
        PRM,
        `${PRM}/auth`,
        `/auth${PRM}/mcp`,
        '/auth/oauth/jwks',
        '/oauth/jwks',
      ];
      const answers = await Promise.all(
        places.map((place) => fetch(`${url}${place}`, { redirect: 'manual' })),
      );
      expect(Object.fromEntries(answers.map(({ status }, i) => [places[i], status]))).toEqual({
        [`${AS}/auth`]: 200,
        [AS]: 404,
        [`${AS}/other`]: 404,
        [`/auth${AS}`]: 404,
        [`${PRM}/mcp`]: 200,
        // The bare place stands for the only resource.
        [PRM]: 200,
        [`${PRM}/auth`]: 404,
        [`/auth${PRM}/mcp`]: 404,
        '/auth/oauth/jwks': 200,
        '/oauth/jwks': 404,
      });
      const [server, , , , resource] = await Promise.all(answers.map((answer) => answer.text()));
      expect(JSON.parse(server ?? '')).toMatchObject({ issuer: `${url}/auth` });
      expect(JSON.parse(resource ?? '')).toMatchObject({
        resource: `${url}/mcp`,
        authorization_servers: [`${url}/auth`],
      });
    });

    it.each(['/auth', '/tenants/a'])(
      'is found by an MCP client, which registers, logs in, calls, steps up and refreshes: %s',
      async (path) => {
        const { url } = await start(path);
        const client = await connectWithLogin({
          url: `${url}/mcp`,
          person: ALICE,
          registerScope: 'notes:read',
        });
        expect(client.story.registrations).toEqual([
          { sent: 'notes:read', received: 'notes:read offline_access notes:write' },
        ]);
        expect(await client.callTool('read_notes')).toContain('\n');
        expect(await client.callTool('add_note', { text: 'Thank Bob' })).toContain('Added');
        client.provider.spoilAccessToken();
        expect(await client.callTool('read_notes')).toContain('Thank Bob');
        expect(client.story.tokens.at(-1)).toMatchObject({
          grant_type: 'refresh_token',
          status: 200,
        });
        expect(client.story.authorizations.map(({ outcome }) => outcome)).toEqual(['code', 'code']);
        await client.close();
      },
    );

    it('prints a command that registers a client', async () => {
      const { url, greeting } = await start('/auth');
      const [, address = '', type = '', body = ''] =
        /^ *curl -sS (\S+) -H 'Content-Type: ([^']+)' -d '([^']+)'$/m.exec(greeting) ?? [];
      expect(address).toBe(`${url}/auth/oauth/register`);
      const headers = { 'Content-Type': type };
      const answer = await fetch(address, { method: 'POST', headers, body });
      expect(await answer.json()).toMatchObject({ scope: 'notes:read offline_access notes:write' });
    });
  },
);
