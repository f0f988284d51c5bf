/**
 * An app as a host has one, for the helpers that a host's tests are made of.
 */
import express, { type Express, type Request, type RequestHandler } from 'express';
import type { AuthInfo, AuthorizationServerOptions } from '../../lib/index.ts';
import { createTestServer, type TestServer, type TestSetupSettings } from '../../lib/testing.ts';

export const BASELINE = ['offline_access'];
export const SCOPE = 'profile offline_access';

export interface HostApp {
  readonly app: Express;
  readonly server: TestServer;
}

/** @param before - Middleware of the host that runs before the router. */
export function hostApp(
  options: Partial<AuthorizationServerOptions> = {},
  settings: TestSetupSettings = {},
  before: readonly RequestHandler[] = [],
): HostApp {
  const server = createTestServer({ baselineClientScopes: BASELINE, ...options }, settings);
  const app = express();
  for (const middleware of before) app.use(middleware);
  app.use(new URL(server.metadata.issuer).pathname, server.router);
  app.use(server.wellKnownRouter);
  app.get('/api', server.requireBearer({ resource: '/api' }), (req, res) => {
    res.json({ sub: (req as Request & { auth: AuthInfo }).auth.extra.sub });
  });
  return { app, server };
}

/** What is changed of an answer before it leaves. */
export interface Change {
  readonly headers?: Readonly<Record<string, (value: string) => string | undefined>>;
  readonly body?: (body: Record<string, unknown>) => object;
}

/** Middleware that makes a lax server of a strict one, at one path. */
export function changing(path: string, { headers = {}, body }: Change): RequestHandler {
  return (req, res, next) => {
    const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => typeof res;
    const end = res.end.bind(res) as (...args: unknown[]) => typeof res;
    if (req.path !== path) {
      next();
      return;
    }
    Object.assign(res, {
      writeHead(...args: unknown[]) {
        for (const [name, change] of Object.entries(headers)) {
          const value = change(String(res.getHeader(name) ?? ''));
          if (value === undefined) res.removeHeader(name);
          else res.setHeader(name, value);
        }
        return writeHead(...args);
      },
      end(chunk?: unknown) {
        if (!body || typeof chunk !== 'string') return end(chunk);
        return end(JSON.stringify(body(JSON.parse(chunk) as Record<string, unknown>)));
      },
    });
    next();
  };
}
