/**
 * This project, as its users mount it: the built package, with a shared store, its log and its limits.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import express from 'express';
import { createAuthorizationServer, hostLogin, RedisStore } from '../../dist/esm/index.js';
import {
  API_PATH,
  NO_LIMIT,
  NOBODY,
  pathsBelow,
  personOf,
  queryOf,
  SCOPES,
  type StartContender,
} from './contender.ts';

/** Whoever has no cookie yet is sent to the login. */
function sessionOf(req: IncomingMessage): { sub: string } | undefined {
  const sub = personOf(req);
  return sub === NOBODY ? undefined : { sub };
}

/** Nobody needs to guess it. */
export const SECRET = 'the-secret-of-a-benchmark-that-nobody-needs-to-guess';

const LIMIT = { limit: NO_LIMIT, windowSeconds: 60 };

export const start: StartContender = async ({ issuer, redis, prefix, limited }) => {
  const limit = limited && LIMIT;
  const app = express();
  const server = createAuthorizationServer({
    issuer,
    store: new RedisStore({ client: redis, prefix }),
    secret: SECRET,
    login: hostLogin({ user: sessionOf, url: '/login' }),
    scopesSupported: [...SCOPES],
    resources: [`${issuer}${API_PATH}`],
    maxUnusedClients: 2_000_000,
    rateLimits: {
      ...{ register: limit, registerTotal: limit, authorize: limit, token: limit },
    },
  });
  app.use(server.router);
  app.get('/login', (req, res) => res.redirect(queryOf(req, 'return_to')));
  app.get(API_PATH, server.requireBearer({ scope: 'mcp:tools' }), (_req, res) => {
    res.json({ ok: true });
  });
  return {
    handler: app,
    paths: pathsBelow('/oauth'),
    close: () => server.close(),
  };
};
