/**
 * The tools of the example behind one challenge that names every scope, listening in this process.
 *
 * @module
 */
import express from 'express';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loggedInPerson, loginRoutes, sessions } from '../../../example-app/login.ts';
import { createMcpEndpoint } from '../../../example-app/mcp.ts';
import { Notes } from '../../../example-app/notes.ts';
import { createAuthorizationServer, hostLogin } from '../../../lib/index.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';

export interface OneChallengeApp {
  /** Of the MCP endpoint. */
  readonly url: string;
  stop(): Promise<void>;
}

export async function startOneChallengeApp(): Promise<OneChallengeApp> {
  const app = express();
  const server = createServer((req, res) => void app(req, res));
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const issuer = `http://localhost:${String((server.address() as AddressInfo).port)}`;
  const authorizationServer = createAuthorizationServer({
    issuer,
    scopesSupported: ['notes:read', 'notes:write', 'offline_access'],
    refreshTokens: 'grant_type',
    login: hostLogin({ user: loggedInPerson, url: '/login' }),
    logger: createLogRecorder().logger,
  });
  const guard = authorizationServer.requireBearer({
    resource: '/mcp',
    scope: ['notes:read', 'notes:write'],
  });
  const mcp = createMcpEndpoint(new Notes());
  app.use(sessions(), loginRoutes(), authorizationServer.router);
  app.use('/mcp', express.json(), guard, mcp.handler);
  return {
    url: `${issuer}/mcp`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await mcp.close();
      await authorizationServer.close();
    },
  };
}
