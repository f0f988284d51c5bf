/**
 * A notes app that existed before, and the lines that make it an OAuth 2.1 authorization server.
 *
 * @module
 */
import cors from 'cors';
import express from 'express';
import type { ErrorRequestHandler, Express, Request } from 'express';

// In an app of your own: from 'express-dcr'.
import { createAuthorizationServer, hostLogin, optionsFromEnv } from '../lib/index.ts';
import type { AuthorizationServerOptions, Runtime } from '../lib/index.ts';
import { connectedApps } from './connected-apps.ts';
import { withExampleDefaults } from './environment.ts';
import type { Environment } from './environment.ts';
import { loggedInPerson, loginRoutes, sessions } from './login.ts';
import { createMcpEndpoint, scopesFor } from './mcp.ts';
import { MAX_NOTE_CHARACTERS, Notes } from './notes.ts';
import { isOperator } from './people.ts';
import { errorPage, notesPage, welcomeElsewherePage, welcomePage } from './pages.ts';

/** The app, not yet listening. */
export interface ExampleApp {
  readonly app: Express;
  /** Says to balancers that this process is about to end; requests are still served. */
  drain(): void;
  /** Ends what the app keeps open, once the requests under way are answered. */
  close(): Promise<void>;
}

/**
 * Builds the app.
 *
 * @param env - The operator's settings, see docs of `optionsFromEnv`.
 * @param overrides - Options that win over the environment: a store or a logger, for tests.
 * @param runtime - The clock and the randomness, for tests.
 */
export function createApp(
  env: Environment = {},
  overrides: Partial<AuthorizationServerOptions> = {},
  runtime?: Runtime,
): ExampleApp {
  const app = express();
  const notes = new Notes();
  const mcp = createMcpEndpoint(notes);
  // With a login elsewhere nobody is logged in at these pages; MCP clients know the person by the token.
  const hasOwnLogin = overrides.login === undefined;

  app.disable('x-powered-by');
  app.use(sessions());
  if (hasOwnLogin) app.use(loginRoutes());
  else app.use(['/login', '/notes', '/apps'], (_req, res) => void res.send(welcomeElsewherePage()));
  app.get('/', (req, res) => {
    const person = loggedInPerson(req);
    if (person) res.send(notesPage(person.name, notes.of(person.sub), MAX_NOTE_CHARACTERS));
    else res.send(hasOwnLogin ? welcomePage() : welcomeElsewherePage());
  });
  app.post('/notes', express.urlencoded({ extended: false }), (req, res) => {
    const person = loggedInPerson(req);
    const text: unknown = (req.body as Record<string, unknown> | undefined)?.['text'];
    if (person && typeof text === 'string' && text.trim() !== '')
      notes.add(person.sub, text.trim().slice(0, MAX_NOTE_CHARACTERS));
    res.redirect(303, person ? '/' : '/login');
  });

  // MCP clients may run in a browser. Nothing at /mcp depends on a cookie.
  app.use('/mcp', cors());

  // ---- express-dcr: from here ... -------------------------------------------------------------
  const authorizationServer = createAuthorizationServer(
    {
      ...optionsFromEnv(withExampleDefaults(env)),
      login: hostLogin({ user: loggedInPerson, url: '/login' }),
      scopes: { 'notes:read': 'Read your notes', 'notes:write': 'Add notes' },
      ...overrides,
    },
    runtime,
  );
  const requireBearer = authorizationServer.requireBearer({ resource: '/mcp', scope: scopesFor });

  app.use(new URL(authorizationServer.metadata.issuer).pathname, authorizationServer.router);
  app.use(authorizationServer.wellKnownRouter);
  app.get('/livez', authorizationServer.liveHandler);
  app.get('/readyz', authorizationServer.readyHandler);
  app.use(connectedApps(authorizationServer.grants));
  const authorize = (req: Request): boolean => isOperator(loggedInPerson(req));
  app.use('/admin', authorizationServer.adminRouter({ authorize }));
  // Parsed whatever its media type: the scopes are read from the very body that the tools will see.
  app.use('/mcp', express.json({ type: () => true }), requireBearer);
  // ---- ... to here ----------------------------------------------------------------------------

  app.use('/mcp', mcp.handler);
  app.use(answerError);

  return {
    app,
    drain: () => authorizationServer.drain(),
    async close() {
      await mcp.close();
      await authorizationServer.close();
    },
  };
}

/** Express would show the stack to whoever caused the error. */
const answerError: ErrorRequestHandler = (error: unknown, req, res, next) => {
  const { status } = error as { status?: unknown };
  const isClientError = typeof status === 'number' && status >= 400 && status < 500;
  if (!isClientError) console.error(error);
  if (res.headersSent) {
    next(error);
    return;
  }
  res.status(isClientError ? status : 500);
  if (req.accepts('html')) res.send(errorPage());
  else res.json({ error: 'something went wrong' });
};
