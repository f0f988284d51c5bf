/**
 * What docs/testing.md shows, so that it runs. The last test holds them together.
 */
import { expect, describe, it } from '@jest/globals';
import express, { type RequestHandler } from 'express';
import supertest from 'supertest';
import {
  createAuthorizationServer,
  hostLogin,
  type AuthorizationServerOptions,
  type Person,
  type Runtime,
} from '../../lib/index.ts';
import {
  authorize,
  createTestSetup,
  expectNoSecretsIn,
  expectOAuthError,
  refresh,
  registerClient,
  request,
  tokens,
  type TestPage,
} from '../../lib/testing.ts';
import * as testing from '../../lib/testing.ts';
import { textOf } from '../house/files.ts';

const currentUser = (): Person | undefined => undefined;
const mcpHandler: RequestHandler = (_req, res) => void res.json({ tools: [] });

export function createApp(over: Partial<AuthorizationServerOptions> = {}, runtime?: Runtime) {
  const app = express();
  const authorizationServer = createAuthorizationServer(
    {
      issuer: 'https://app.example.com',
      scopesSupported: ['offline_access', 'mcp:tools'],
      baselineClientScopes: ['offline_access', 'mcp:tools'],
      login: hostLogin({ user: currentUser, url: '/login' }),
      ...over,
    },
    runtime,
  );
  app.use(authorizationServer.router);
  const tools = authorizationServer.requireBearer({ resource: '/mcp', scope: 'mcp:tools' });
  app.use('/mcp', tools, mcpHandler);
  return { app, close: () => authorizationServer.close() };
}

it('still lets in a client that registers narrow', async () => {
  const { options, runtime, login, clock, log } = createTestSetup();
  const { app, close } = createApp({ ...options, login }, runtime);

  const client = await registerClient(app, { scope: 'offline_access' });
  const asked = { scope: 'mcp:tools offline_access', resource: 'https://app.example.com/mcp' };
  const had = await tokens(app, client, await authorize(app, client, asked));
  expect((await request(app, '/mcp', { token: had.access_token })).status).toBe(200);

  clock.advance({ hours: 2 });
  const late = request(app, '/mcp', { token: had.access_token });
  await expectOAuthError(late, { status: 401, error: 'invalid_token' });
  const next = await refresh(app, client, had);
  await supertest(app).get('/mcp').auth(next.access_token, { type: 'bearer' }).expect(200);

  expectNoSecretsIn(log);
  await close();
});

it('gives nothing to a client that the person turns away', async () => {
  const { options, runtime, login } = createTestSetup();
  const { app, close } = createApp({ ...options, login }, runtime);

  const client = await registerClient(app);
  const bob = login.session({ sub: 'bob', name: 'Bob' });
  const denied = authorize(app, client, { scope: 'mcp:tools', decision: 'deny', as: bob });
  await expectOAuthError(denied, { error: 'access_denied' });
  await close();
});

export function asAlice(page: TestPage): Promise<TestPage> {
  return page.submit({ username: 'alice', password: 'password' });
}

describe('docs/testing.md', () => {
  it('shows what runs here', () => {
    const here = textOf('test/testing/guide.test.ts') + textOf('test/testing/guide-store.ts');
    const blocks = [...textOf('docs/testing.md').matchAll(/^```ts\n(.*?)^```/gms)].map(
      ([, code = '']) => code.replace(/^import [^;]*;\n/gm, '').trim(),
    );
    expect(blocks.length).toBeGreaterThan(3);
    expect(blocks.filter((block) => !here.includes(block))).toEqual([]);
  });

  it('names everything that the module has', () => {
    const text = textOf('docs/testing.md');
    expect(Object.keys(testing).filter((name) => !text.includes(name))).toEqual([]);
  });
});
