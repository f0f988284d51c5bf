import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  fetchProtectedResource,
  WWWAuthenticateChallengeError,
  type Configuration,
} from 'openid-client';
import { startExample, type RunningExample } from '../support/example.ts';
import { freePort } from '../support/free-port.ts';
import { authorizeStrictly, registerStrictly } from '../support/strict-client.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** An app that is nothing but an API, as the guide has it; it knows an address and shares nothing. */
const API = `
  import express from 'express';
  import { createResourceServer } from './lib/resource.ts';
  const [issuer, resource] = process.argv.slice(-2);
  const api = createResourceServer({ issuer, resource, scopesSupported: ['notes:read', 'notes:write'] });
  const app = express();
  app.use(api.metadataHandler);
  app.get('/api', api.requireBearer({ scope: 'notes:read' }), (req, res) => res.json(req.auth.extra.sub));
  app.post('/api', api.requireBearer({ scope: 'notes:write' }), (_req, res) => res.json('written'));
  app.listen(Number(new URL(resource).port), '127.0.0.1', () => console.log('listening'));
`;

describe('an API in a process of its own, and openid-client', () => {
  const children: ChildProcess[] = [];
  let example: RunningExample;

  afterEach(async () => {
    for (const child of children.splice(0)) {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }
    await example.stop();
  });

  async function startApi(issuer: string, resource: string): Promise<void> {
    const node = ['--import', 'tsx', '--input-type=module', '--eval', API, issuer, resource];
    const child = spawn(process.execPath, node, {
      cwd: REPOSITORY,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    await once(child.stdout, 'data');
  }

  /** The client is told that the API may be reached without TLS, for it is on loopback. */
  async function called(config: Configuration, token: string, url: string, method = 'GET') {
    allowInsecureRequests(config);
    return fetchProtectedResource(config, token, new URL(url), method);
  }

  it('agree on who may do what, by what is published alone', async () => {
    const resource = `http://127.0.0.1:${await freePort()}/api`;
    example = await startExample({ DCR_RESOURCES: `/mcp ${resource}` });
    await startApi(example.url, resource);

    const described = `${new URL(resource).origin}/.well-known/oauth-protected-resource/api`;
    expect(await (await fetch(described)).json()).toMatchObject({
      resource,
      authorization_servers: [example.url],
    });
    const config = await registerStrictly(example.url, { scope: 'notes:read' });
    const tokenFor = async (target: string): Promise<string> => {
      const asked = { scope: 'notes:read', resource: target };
      const { callback, checks } = await authorizeStrictly(config, asked);
      return (await authorizationCodeGrant(config, callback, checks)).access_token;
    };
    const token = await tokenFor(resource);
    const served = await called(config, token, resource);
    expect(served.status).toBe(200);
    expect(await served.json()).toEqual(expect.any(String));

    const challenge = async (bearer: string, method: string): Promise<unknown> => {
      const refused: unknown = await called(config, bearer, resource, method).catch(
        (error: unknown) => error,
      );
      expect(refused).toBeInstanceOf(WWWAuthenticateChallengeError);
      return refused;
    };
    expect(await challenge(token, 'POST')).toMatchObject({
      status: 403,
      cause: [
        {
          scheme: 'bearer',
          parameters: {
            error: 'insufficient_scope',
            scope: 'notes:write',
            resource_metadata: described,
          },
        },
      ],
    });
    const elsewhere = await tokenFor(`${example.url}/mcp`);
    expect(await challenge(elsewhere, 'GET')).toMatchObject({
      status: 401,
      cause: [{ parameters: { error: 'invalid_token', resource_metadata: described } }],
    });
  });
});
