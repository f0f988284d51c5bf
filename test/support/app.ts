/**
 * The real router in a small host app: its login is a cookie that names the person, its API one
 * route. Everything else is the product.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import express, { type Express, type Request, type RequestHandler } from 'express';
import {
  createAuthorizationServer,
  type AuthorizationServer,
} from '../../lib/authorization-server.ts';
import type { AuthInfo } from '../../lib/http/auth-info.ts';
import { hostLogin, type HostLoginOptions } from '../../lib/login/host-login.ts';
import type { Person } from '../../lib/login/port.ts';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import type { Outside } from '../../lib/outbound/port.ts';
import type { RateLimitOptions } from '../../lib/options/rate-limits.ts';
import { createClock, type Clock } from './clock.ts';
import { createLogRecorder, type LogRecorder } from './log-recorder.ts';
import { noted } from './secrets.ts';

export const ISSUER = 'https://auth.example.com';
export const RESOURCE = `${ISSUER}/mcp`;
export const SECRET = 'a test secret that is long enough to be one';

/** No limits. Open registration without one would be warned of, so the host has one that lets all pass. */
export const NO_RATE_LIMITS: RateLimitOptions = {
  register: (_req, _res, next) => {
    next();
  },
  registerTotal: false,
  authorize: false,
  token: false,
};

export interface TestApp {
  readonly app: Express;
  readonly server: AuthorizationServer;
  readonly clock: Clock;
  readonly log: LogRecorder;
  readonly issuer: string;
}

export interface TestAppOptions {
  readonly options?: Partial<AuthorizationServerOptions>;
  readonly clock?: Clock;
  /** What the host knows about its people, by the name in the cookie. */
  readonly people?: Readonly<Record<string, Omit<Person, 'sub'>>>;
  readonly login?: Partial<HostLoginOptions>;
  /** What the route at `/mcp` is called as an API. */
  readonly resource?: string;
  /** Middleware of the host that runs before the router. */
  readonly before?: readonly RequestHandler[];
  /** The other servers that there are; the internet when it is absent. */
  readonly outside?: Outside;
  /** What is made of it is noted when it is absent, to be looked for: that grows with what is made. */
  readonly random?: (size: number) => Buffer;
}

export function createTestApp({
  options = {},
  clock = createClock(),
  people = {},
  login = {},
  resource = '/mcp',
  before = [],
  outside,
  random = noted(randomBytes),
}: TestAppOptions = {}): TestApp {
  const log = createLogRecorder();
  const issuer = options.issuer ?? ISSUER;
  const server = createAuthorizationServer(
    {
      issuer,
      secret: SECRET,
      // All requests of a suite come from one address. What is shown of limits says which.
      rateLimits: NO_RATE_LIMITS,
      logger: log.logger,
      login: hostLogin({
        user: (req) => {
          const sub = personOf(req);
          return sub === undefined ? undefined : { sub, ...people[sub] };
        },
        url: '/login',
        ...login,
      }),
      ...options,
    },
    { now: clock.now, randomBytes: random, randomUUID, ...(outside && { outside }) },
  );
  const app = express();
  for (const middleware of before) app.use(middleware);
  app.use(server.router);
  app.get('/mcp', server.requireBearer({ resource }), (req, res) => {
    res.json((req as Request & { auth?: AuthInfo }).auth);
  });
  return { app, server, clock, log, issuer };
}

/** The host's session: a cookie that names the person. */
export function personOf(req: Pick<Request, 'headers'>): string | undefined {
  return /(?:^|; )person=([a-z]+)/.exec(req.headers.cookie ?? '')?.[1];
}
