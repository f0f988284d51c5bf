/**
 * The server that is spoken to, as a process of its own. What it knows of itself it tells whoever asks
 * on the channel that it was started with.
 *
 * @module
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { createAuthorizationServer } from '../../../lib/authorization-server.ts';
import { hostLogin } from '../../../lib/login/host-login.ts';
import { MemoryStore } from '../../../lib/storage/memory/memory-store.ts';
import { NO_RATE_LIMITS, personOf, SECRET } from '../../support/app.ts';
import { CLIENTS } from './clients.ts';
import type { Report, Told } from './report.ts';
import { watchedStore } from './watched-store.ts';

/** Nobody uses what a fuzzer registers: with few of them there is no room for more, and that is a 503. */
const MAX_UNUSED_CLIENTS = 1_000_000;
const MEGABYTE = 1024 * 1024;

const told: Told[] = [];
let writes = 0;
const silent = (): void => undefined;

for (const name of ['unhandledRejection', 'uncaughtException'] as const)
  process.on(name, (reason: unknown) => told.push({ name, text: describe(reason) }));

function describe(reason: unknown): string {
  return reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
}

const server = createAuthorizationServer(
  {
    issuer: 'http://localhost:3000',
    secret: SECRET,
    scopesSupported: ['openid', 'offline_access', 'mcp:read'],
    clients: CLIENTS,
    maxUnusedClients: MAX_UNUSED_CLIENTS,
    clientIdMetadataDocuments: false,
    store: watchedStore(new MemoryStore(), () => (writes += 1)),
    rateLimits: NO_RATE_LIMITS,
    logger: {
      debug: silent,
      info: silent,
      warn: silent,
      error: (text, fields) =>
        told.push({ name: 'error', text: `${text} ${JSON.stringify(fields)}` }),
    },
    login: hostLogin({
      user: (req) => {
        const sub = personOf(req);
        return sub === undefined ? undefined : { sub };
      },
      url: '/login',
    }),
  },
  { now: Date.now, randomBytes, randomUUID },
);

/** An endpoint answers for itself: what comes to the host from one is told. */
const lastResort: ErrorRequestHandler = (error: { status?: number }, req, res, next) => {
  if (res.headersSent) {
    next(error);
    return;
  }
  if (/^\/(?:oauth|mcp)\b/.test(req.path))
    told.push({ name: 'escaped', text: `${req.path} ${describe(error)}` });
  res.status(error.status ?? 500).json({ error: 'host' });
};

const app = express();
app.use(server.router);
app.get('/mcp', server.requireBearer({ resource: '/mcp' }), (_req, res) => {
  res.json({});
});
app.use((_req, res) => void res.status(404).json({ error: 'not_here' }));
app.use(server.errorHandler, lastResort);

const listening = createServer(app);
let sockets = 0;
listening.on('connection', (socket) => {
  sockets += 1;
  socket.on('close', () => (sockets -= 1));
});

function report(): Report {
  globalThis.gc?.();
  return {
    pid: process.pid,
    writes,
    told: told.splice(0),
    sockets,
    heapMegabytes: process.memoryUsage().heapUsed / MEGABYTE,
  };
}

process.on('message', (question: 'writes' | 'report') => {
  process.send?.(question === 'report' ? report() : { writes, told: told.length });
});
process.on('disconnect', () => process.exit());
listening.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (listening.address() as AddressInfo).port });
});
