import { createHook } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import express, { Router, type Express } from 'express';
import {
  createAuthorizationServer,
  type AuthorizationServer,
} from '../../lib/authorization-server.ts';
import { hostLogin } from '../../lib/login/host-login.ts';
import { NO_RATE_LIMITS, SECRET } from '../support/app.ts';
import { createLogRecorder, type LogEntry } from '../support/log-recorder.ts';
import { JSON_TYPE, send, type Sent } from './support/send.ts';

const JWKS = '/oauth/jwks';

interface Served extends AuthorizationServer {
  /** What was said of how the app is put together. */
  readonly said: () => { code: unknown; fields: LogEntry['fields'] }[];
}

function createServer(issuer = 'https://example.com'): Served {
  const log = createLogRecorder();
  const server = createAuthorizationServer({
    issuer,
    secret: SECRET,
    rateLimits: NO_RATE_LIMITS,
    resources: ['/mcp'],
    logger: log.logger,
    login: hostLogin({ user: () => undefined, url: '/login' }),
  });
  const atStart = log.entries.length;
  const said: Served['said'] = () =>
    log.entries
      .slice(atStart)
      .flatMap(({ fields: { code, ...fields } }) => (code === undefined ? [] : [{ code, fields }]));
  return { ...server, said };
}

const answer = (text: string) => (_req: unknown, res: express.Response) => void res.json(text);

async function get(app: Express, ...paths: readonly string[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const path of paths) statuses.push((await send(app, 'GET', path)).status);
  return statuses;
}

describe('a server that is mounted where its issuer says', () => {
  it.each<{ name: string; issuer: string; mount: (app: Express, server: Served) => unknown }>([
    {
      name: 'at the root',
      issuer: 'https://example.com',
      mount: (app, { router }) => app.use(router),
    },
    {
      name: 'at the path of the issuer',
      issuer: 'https://example.com/auth',
      mount: (app, { router, wellKnownRouter }) => app.use('/auth', router).use(wellKnownRouter),
    },
    {
      name: 'at the path of the issuer, in a router of the app',
      issuer: 'https://example.com/a/b',
      mount: (app, { router, wellKnownRouter }) =>
        app.use(Router().use('/a', Router().use('/b', router)), wellKnownRouter),
    },
    {
      name: 'in an app within the app',
      issuer: 'https://example.com/auth',
      mount: (app, { router, wellKnownRouter }) =>
        app.use('/auth', express().use(router)).use(wellKnownRouter),
    },
    {
      name: 'behind a proxy that takes the path away',
      issuer: 'https://example.com/auth',
      mount: (app, { router, wellKnownRouter }) => app.use(router).use(wellKnownRouter),
    },
    {
      name: 'before a page for every address',
      issuer: 'https://example.com',
      mount: (app, { router }) => app.use(router).get(/.*/, answer('page')),
    },
    {
      name: 'beside routes of the app with other addresses and methods',
      issuer: 'https://example.com',
      mount: (app, { router }) =>
        app
          .get('/oauth/tokens', answer('host'))
          .get('/oauth/google/callback', answer('host'))
          .options('/oauth/token', answer('host'))
          .use(router)
          .post('/oauth/jwks', answer('host')),
    },
  ])('$name: nothing is said', async ({ issuer, mount }) => {
    const server = createServer(issuer);
    const app = express();
    mount(app, server);
    await get(app, '/', '/oauth/jwks', '/auth/oauth/jwks', '/AUTH/oauth/x', '/a/b/oauth/jwks');
    expect(server.said()).toEqual([]);
  });

  it('several servers, each at its own path and with clients of its own', async () => {
    const servers = ['', '/a', '/a/b'].map((path) => createServer(`https://example.com${path}`));
    const app = express();
    for (const { metadata, router, wellKnownRouter } of servers) {
      app.use(new URL(metadata.issuer).pathname, router).use(wellKnownRouter);
    }
    for (const { metadata, said } of servers) {
      const { pathname } = new URL(metadata.issuer);
      const base = pathname === '/' ? '' : pathname;
      const document = `/.well-known/oauth-authorization-server${base}`;
      expect((await send(app, 'GET', document)).body).toEqual(metadata);
      const { body } = await send(app, 'GET', `${base}${JWKS}`);
      expect(body).toMatchObject({ keys: [{ alg: 'ES256' }] });
      expect(said()).toEqual([]);
    }
    const keys = await Promise.all(
      ['', '/a', '/a/b'].map(async (base) => (await send(app, 'GET', `${base}${JWKS}`)).text),
    );
    expect(new Set(keys).size).toBe(3);
  });

  it('sets nothing of the app, and takes no request but its own', async () => {
    const app = express();
    const before = { settings: { ...app.settings }, events: app.eventNames() };
    const server = createServer();
    app.use(server.router).use(answer('host'));
    for (const path of ['/', '/oauth', '/oauth/', '/oauth/token/', '/OAuth/token', '/oauth/x']) {
      for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
        expect((await send(app, method, path)).body).toBe('host');
      }
    }
    expect((await send(app, 'GET', '/oauth/token')).status).toBe(405);
    expect((await send(app, 'GET', JWKS)).status).toBe(200);
    expect({ settings: { ...app.settings }, events: app.eventNames() }).toEqual(before);
  });

  it('listens to nothing: every server that is made is one of the requests', async () => {
    const made: string[] = [];
    const init = (_id: number, type: string): unknown =>
      /^(TCP|PIPE)SERVERWRAP$|^UDPWRAP$/.test(type) && made.push(type);
    const hook = createHook({ init }).enable();
    try {
      const app = express().use(createServer().router);
      const paths = [JWKS, '/oauth/authorize', '/.well-known/oauth-authorization-server', '/x'];
      await get(app, ...paths);
      expect(made).toEqual(paths.map(() => 'TCPSERVERWRAP'));
    } finally {
      hook.disable();
    }
  });
});

describe('a server that is mounted elsewhere than its issuer says is reported once', () => {
  it.each<{
    name: string;
    issuer?: string;
    at: string;
    ask: string;
    code: string;
    fields: object;
  }>([
    {
      name: 'below a path, and the issuer has none',
      at: '/auth',
      ask: '/auth/oauth/jwks',
      code: 'ERR_DCR_MOUNT_PATH',
      fields: { issuer_path: '/', mounted_at: '/auth' },
    },
    {
      name: 'below another path',
      issuer: 'https://example.com/auth',
      at: '/oauth2',
      ask: '/oauth2/anything',
      code: 'ERR_DCR_MOUNT_PATH',
      fields: { issuer_path: '/auth', mounted_at: '/oauth2' },
    },
    {
      name: 'at the root, and clients ask at the path of the issuer',
      issuer: 'https://example.com/auth',
      at: '/',
      ask: '/auth/oauth/token',
      code: 'ERR_DCR_MOUNT_PATH',
      fields: { issuer_path: '/auth', mounted_at: '/' },
    },
  ])('$name', async ({ issuer = 'https://example.com', at, ask, code, fields }) => {
    const server = createServer(issuer);
    const app = express().use(at, server.router).use(server.wellKnownRouter);
    await get(app, ask, ask, `${at}${JWKS}`);
    expect(server.said()).toEqual([{ code, fields }]);
  });

  it('at the root, also when somebody has asked there without the path before', async () => {
    const server = createServer('https://example.com/auth');
    const app = express().use(server.router).use(server.wellKnownRouter);
    expect(await get(app, JWKS, '/auth/oauth/token')).toEqual([200, 404]);
    expect(server.said()).toEqual([]);
    await get(app, '/auth/oauth/token', '/auth/oauth/register', JWKS);
    expect(server.said()).toEqual([
      { code: 'ERR_DCR_MOUNT_PATH', fields: { issuer_path: '/auth', mounted_at: '/' } },
    ]);
  });

  it('wellKnownRouter below a path', async () => {
    const server = createServer('https://example.com/auth');
    const app = express().use('/auth', server.router, server.wellKnownRouter);
    await get(app, '/auth/x', '/auth/x');
    expect(server.said()).toEqual([
      { code: 'ERR_DCR_WELL_KNOWN_PATH', fields: { mounted_at: '/auth' } },
    ]);
  });

  it('wellKnownRouter nowhere', async () => {
    const server = createServer('https://example.com/auth');
    await get(express().use('/auth', server.router), '/auth/x', '/auth/x');
    expect(server.said()).toEqual([{ code: 'ERR_DCR_WELL_KNOWN_MISSING', fields: {} }]);
  });

  it('twice', async () => {
    const server = createServer();
    const app = express().use(server.router).use('/v2', server.router);
    await get(app, JWKS, '/x', JWKS);
    expect(server.said()).toEqual([{ code: 'ERR_DCR_MOUNTED_TWICE', fields: {} }]);
  });
});

describe('routes of the app at the addresses of endpoints and documents are reported once', () => {
  const left = (path: string) => (app: Express) =>
    app.use(path, Router().get('/', answer('another server')));

  it.each<{
    name: string;
    issuer?: string;
    first?: (app: Express) => unknown;
    then?: (app: Express) => unknown;
    fields: object;
  }>([
    {
      name: 'after',
      then: (app) => app.post('/oauth/token', answer('host')),
      fields: { before: [], after: ['POST /oauth/token'] },
    },
    {
      name: 'before, for every method',
      first: (app) => app.all('/oauth/revoke', answer('host')),
      fields: { before: ['POST /oauth/revoke'], after: [] },
    },
    {
      name: 'before, with a parameter',
      first: (app) => app.get('/oauth/:provider', answer('host')),
      fields: {
        before: [
          'GET /oauth/authorize',
          'GET /oauth/consent',
          'GET /oauth/userinfo',
          `GET ${JWKS}`,
        ],
        after: [],
      },
    },
    {
      name: 'before, in a router of the app',
      first: (app) => app.use('/oauth', Router().post(['/par', '/x'], answer('host'))),
      fields: { before: ['POST /oauth/par'], after: [] },
    },
    ...[
      '/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration',
      '/.well-known/oauth-protected-resource',
      '/.well-known/oauth-protected-resource/mcp',
    ].map((path) => ({
      name: `before, at ${path}`,
      first: left(path),
      fields: { before: [`GET ${path}`], after: [] },
    })),
    ...[
      '/.well-known/oauth-authorization-server/auth',
      '/.well-known/openid-configuration/auth',
      '/.well-known/oauth-protected-resource/mcp',
      '/auth/.well-known/openid-configuration',
    ].map((path) => ({
      name: `before, at ${path} of an issuer with a path`,
      issuer: 'https://example.com/auth',
      first: left(path),
      fields: { before: [`GET ${path}`], after: [] },
    })),
    {
      name: 'after, for a document of an issuer with a path',
      issuer: 'https://example.com/auth',
      then: left('/.well-known/oauth-protected-resource/mcp'),
      fields: { before: [], after: ['GET /.well-known/oauth-protected-resource/mcp'] },
    },
  ])('$name', async ({ issuer = 'https://example.com', first, then, fields }) => {
    const server = createServer(issuer);
    const app = express();
    first?.(app);
    app.use(new URL(issuer).pathname, server.router).use(server.wellKnownRouter);
    then?.(app);
    await get(app, '/auth/x', '/auth/x');
    expect(server.said()).toEqual([{ code: 'ERR_DCR_ROUTE_COLLISION', fields }]);
  });

  it('but not where the issuer has another document, or the app another resource', async () => {
    const server = createServer('https://example.com/auth');
    const app = express();
    left('/.well-known/oauth-authorization-server')(app);
    left('/.well-known/oauth-protected-resource/other')(app);
    app.use('/auth', server.router).use(server.wellKnownRouter);
    await get(app, '/auth/x');
    expect(server.said()).toEqual([]);
  });

  it('and looking does not settle which resources there are', async () => {
    const server = createServer();
    const app = express().use(server.router);
    await get(app, '/x');
    expect(() => server.requireBearer({ resource: '/late' })).not.toThrow();
  });

  it('and nothing is said, or lost, where the app does not show its steps', async () => {
    const server = createServer();
    const app = express().use((req, res, next) => server.router(req, res, next));
    app.post('/oauth/token', answer('host'));
    expect(await get(app, JWKS)).toEqual([200]);
    expect(server.said()).toEqual([]);
  });
});

describe('the origin that people come under (HTTP-18)', () => {
  const authorize = async (
    issuer: string,
    headers: Sent['headers'] & object,
    trust?: number,
  ): Promise<unknown[]> => {
    const server = createServer(issuer);
    const app = express().use(server.router);
    if (trust !== undefined) app.set('trust proxy', trust);
    for (let i = 0; i < 2; i += 1) await send(app, 'GET', '/oauth/authorize', { headers });
    await send(app, 'POST', '/oauth/token', { headers: { ...headers, ...JSON_TYPE }, body: '' });
    return server.said().map(({ code }) => code);
  };
  const PROXY = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'app.example.com' };

  it.each<{
    name: string;
    issuer?: string;
    headers: Record<string, string>;
    trust?: number;
    says: readonly string[];
  }>([
    {
      name: 'over http, as far as the app knows',
      headers: { Host: 'app.example.com', ...PROXY },
      says: ['ERR_DCR_ORIGIN_PROTOCOL'],
    },
    {
      name: 'over https, as the app believes its proxy',
      headers: { Host: 'app.example.com', ...PROXY },
      trust: 1,
      says: [],
    },
    {
      name: 'under another name',
      headers: { Host: 'staging.example.com' },
      says: ['ERR_DCR_ORIGIN_HOST'],
    },
    { name: 'by a name within the network', headers: { Host: 'backend:8080' }, says: [] },
    { name: 'by address', headers: { Host: '127.0.0.1:3000' }, says: [] },
    {
      name: 'under another name of this machine',
      issuer: 'http://localhost:3000',
      headers: { Host: '127.0.0.1:3000' },
      says: ['ERR_DCR_ORIGIN_HOST'],
    },
    {
      name: 'under its name',
      issuer: 'http://localhost:3000',
      headers: { Host: 'LOCALHOST:3000' },
      says: [],
    },
    { name: 'under none', headers: { Host: '' }, says: [] },
  ])('$name', async ({ issuer = 'https://app.example.com', headers, trust, says }) => {
    expect(await authorize(issuer, headers, trust)).toEqual(says);
  });

  it('over http, by an app that others reach over https under the same name', async () => {
    const server = createServer('https://app.example.com');
    let encrypted = true;
    const app = express()
      .use((req, _res, next) => {
        Object.assign(req.socket, { encrypted });
        next();
      })
      .use(server.router);
    const headers = { Host: 'app.example.com' };
    await send(app, 'GET', '/oauth/authorize', { headers });
    expect(server.said()).toEqual([]);
    encrypted = false;
    await send(app, 'GET', '/oauth/authorize', { headers });
    expect(server.said().map(({ code }) => code)).toEqual(['ERR_DCR_ORIGIN_PROTOCOL']);
  });
});
