import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import {
  ConfigurationError,
  createAuthorizationServer,
  hostLogin,
  OAuthError,
  type AuthenticatedRequest,
  type AuthorizationServer,
  type AuthorizationServerOptions,
  type LoginPort,
  type Runtime,
} from 'express-dcr';
import { requireBearer, type ResourceServerOptions } from 'express-dcr/resource';
import {
  authorize,
  createTestSetup,
  expectNoSecretsIn,
  expectOAuthError,
  registerClient,
  request,
  tokens,
  type TestClient,
  type Tokens,
} from 'express-dcr/testing';
import { flow } from './flow.cjs';

/** An app with types. The suite makes an ES module of it, and a CommonJS one. */
function createApp(
  issuer: string,
  over: Partial<AuthorizationServerOptions> = {},
  runtime?: Runtime,
): { app: Express; server: AuthorizationServer } {
  const login: LoginPort = hostLogin({ user: () => ({ sub: 'ann' }), url: '/login' });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const options: AuthorizationServerOptions = {
    issuer,
    scopesSupported: ['notes:read'],
    login,
    logLevel: 'error',
    // An exported key fits, whatever version of Node's types says what it is.
    signingKeys: { keys: [privateKey.export({ format: 'jwk' })] },
    onEvent: ({ name }) => void name,
    ...over,
  };
  const server = createAuthorizationServer(options, runtime);
  const app = express();
  app.use(server.router);
  app.get('/notes', server.requireBearer({ scope: 'notes:read' }), (req, res) => {
    const { auth } = req as AuthenticatedRequest;
    res.json({ sub: auth.extra.sub });
  });
  const api: ResourceServerOptions = { issuer, resource: issuer };
  app.get('/elsewhere', requireBearer({ ...api, scope: 'notes:read' }), (req, res) => {
    const { auth } = req as AuthenticatedRequest;
    res.json({ sub: auth.extra.sub });
  });
  return { app, server };
}

function refusal(thrown: unknown): string {
  if (thrown instanceof ConfigurationError)
    return thrown.problems.map(({ option }) => option).join();
  if (thrown instanceof OAuthError) return thrown.code;
  return String(thrown);
}

/** What its suite would hold. Answers who came in. */
async function test(issuer: string): Promise<string> {
  const { options, runtime, login, clock, log } = createTestSetup({ person: { sub: 'alice' } });
  const { app, server } = createApp(issuer, { ...options, login }, runtime);
  const client: TestClient = await registerClient(app, {}, { issuer });
  const authorization = await authorize(app, client, { scope: 'notes:read' });
  const { access_token: token }: Tokens = await tokens(app, client, authorization);
  const { body } = await request(app, '/notes', { token });
  clock.advance({ hours: 2 });
  const late = request(app, '/notes', { token });
  await expectOAuthError(late, { status: 401, error: 'invalid_token' });
  expectNoSecretsIn(log);
  await server.close();
  return (body as { sub: string }).sub;
}

async function run(issuer: string): Promise<void> {
  const { app, server } = createApp(issuer);
  const listening = app.listen(Number(new URL(issuer).port), '127.0.0.1');
  await once(listening, 'listening');
  const { address } = listening.address() as AddressInfo;
  console.error(`listening on ${address}`);
  console.log(await flow(issuer));
  listening.close();
  await server.close();
  console.log(await test(issuer));
}

run(process.env['ISSUER'] ?? '').catch((error: unknown) => {
  console.error(refusal(error));
  process.exitCode = 1;
});
