import { describe, expect, it } from '@jest/globals';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/app.ts';
import { METADATA } from '../support/flow.ts';
import { expectApiError, expectErrorPage } from './support/expect.ts';
import { FORM_TYPE, JSON_TYPE, send } from './support/send.ts';

const ofHost: ErrorRequestHandler = (error: Error & { status?: number }, _req, res, _next) => {
  res.status(error.status ?? 500).json('the host');
};

interface Hosting extends Omit<TestAppOptions, 'before'> {
  readonly before?: readonly RequestHandler[];
  /** Where the router is mounted. */
  readonly at?: string;
}

/** A host that parses first, and has an error handler of its own at the end. */
function createHost({ before = [], at = '/', ...given }: Hosting = {}): TestApp {
  const made = createTestApp(given);
  const app = express();
  app.use(...(before.length > 0 ? before : [express.json({ limit: '1kb' })]));
  app.use(express.urlencoded({ extended: true, limit: '1kb' }));
  app.use(at, made.server.router);
  app.post(['/api', '/oauth', '/oauth/token/x', '/oauth/register/a/b', '/OAUTH/TOKEN'], () => {
    throw new Error('of the host');
  });
  app.use(made.server.errorHandler, ofHost);
  return { ...made, app };
}

const TOO_LONG = `x=${'a'.repeat(2000)}`;
const FORM_ENDPOINTS = ['/oauth/token', '/oauth/par', '/oauth/revoke'];

async function malformed(app: Express, path: string, method = 'POST'): ReturnType<typeof send> {
  return send(app, method, path, { headers: JSON_TYPE, body: '{"a":' });
}

describe('what a parser of the host refuses (HTTP-08)', () => {
  it.each([...FORM_ENDPOINTS, '/oauth/register', '/oauth/register/some-id'])(
    'JSON that is none, at %s: 400 in the form of OAuth, for every origin',
    async (path) => {
      const { app, log } = createHost();
      const answer = await malformed(app, path, path.endsWith('id') ? 'PUT' : 'POST');
      expectApiError(answer, 400, 'invalid_request');
      expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*' });
      expect(answer.headers).not.toHaveProperty('x-powered-by');
      expect(log.at('error')).toEqual([]);
      expect(log.at('debug')).toMatchObject([{ fields: { path, status: 400 } }]);
    },
  );

  it.each(FORM_ENDPOINTS)('what cannot be unpacked, at %s: 400, and no failure', async (path) => {
    const { app, log } = createHost();
    const headers = { ...JSON_TYPE, 'Content-Encoding': 'gzip' };
    const answer = await send(app, 'POST', path, { headers, body: 'no gzip at all' });
    expectApiError(answer, 400, 'invalid_request');
    expect(log.at('error')).toEqual([]);
  });

  it('a form that nests too deep: 400, and no failure', async () => {
    const { app, log } = createHost();
    const body = `a${'[b]'.repeat(40)}=1`;
    const answer = await send(app, 'POST', '/oauth/token', { headers: FORM_TYPE, body });
    expectApiError(answer, 400, 'invalid_request');
    expect(log.at('error')).toEqual([]);
  });

  it.each([
    [401, 400],
    [403, 403],
    [422, 400],
  ])('what middleware of its own refuses with %d: %d', async (status, answered) => {
    const refuse: express.RequestHandler = (_req, _res, next) => {
      next(Object.assign(new Error('of the host'), { status }));
    };
    const { app, log } = createHost({ before: [refuse] });
    const answer = await send(app, 'POST', '/oauth/token', { headers: FORM_TYPE, body: 'a=1' });
    expectApiError(answer, answered, 'invalid_request');
    expect(log.at('error')).toEqual([]);
  });

  it.each(FORM_ENDPOINTS)('a form that it finds too long, at %s: 413', async (path) => {
    const { app } = createHost();
    const answer = await send(app, 'POST', path, { headers: FORM_TYPE, body: TOO_LONG });
    expectApiError(answer, 413, 'invalid_request');
  });

  it('a form of the page, at /oauth/authorize: a page', async () => {
    const { app } = createHost();
    const sent = { headers: FORM_TYPE, body: TOO_LONG };
    const answer = await send(app, 'POST', '/oauth/authorize', sent);
    expectErrorPage(answer, 413, 'invalid_request');
  });

  it.each(['/api', '/oauth', '/oauth/token/x', '/oauth/register/a/b', '/OAUTH/TOKEN'])(
    'elsewhere, at %s: is the matter of the host, and so is what it throws itself',
    async (path) => {
      const { app, log } = createHost();
      expect(await malformed(app, path)).toMatchObject({ status: 400, body: 'the host' });
      const sent = { headers: JSON_TYPE, body: '{}' };
      expect(await send(app, 'POST', path, sent)).toMatchObject({ status: 500, body: 'the host' });
      expect(log.at('debug')).toEqual([]);
    },
  );
});

describe('what else the host throws on the way to an endpoint', () => {
  const failing = (error: object): RequestHandler[] => [(_req, _res, next) => next(error)];

  it.each([
    { name: 'anything', error: new Error('secret'), status: 500, code: 'server_error' },
    { name: '503', error: { status: 503 }, status: 503, code: 'temporarily_unavailable' },
    { name: '429', error: { status: 429 }, status: 429, code: 'temporarily_unavailable' },
  ])('$name: $status, and no HTML', async ({ error, status, code }) => {
    const { app } = createHost({ before: failing(error) });
    const answer = await send(app, 'GET', '/oauth/jwks');
    expectApiError(answer, status, code);
    expect(answer.text).not.toContain('secret');
  });

  it('after the answer has begun is left to the host', async () => {
    const begun: RequestHandler = (_req, res, next) => {
      res.status(202).write('begun');
      next(new Error('late'));
    };
    const made = createTestApp();
    const seen: unknown[] = [];
    const app = express();
    app.use(begun, made.server.router, made.server.errorHandler);
    app.use(((error: Error, _req, res, _next) => {
      seen.push(error.message);
      res.end();
    }) as ErrorRequestHandler);
    expect(await send(app, 'GET', '/oauth/jwks')).toMatchObject({ status: 202, text: 'begun' });
    expect(seen).toEqual(['late']);
  });
});

describe('an issuer with a path', () => {
  const options = { issuer: 'https://example.com/auth' };

  it('has its endpoints there, and the others are those of the host', async () => {
    const { app } = createHost({ options, at: '/auth' });
    expectApiError(await malformed(app, '/auth/oauth/token'), 400, 'invalid_request');
    expect((await send(app, 'GET', '/auth/oauth/jwks')).status).toBe(200);
    expectApiError(await malformed(app, '/auth/oauth/token'), 400, 'invalid_request');
    expect((await malformed(app, '/oauth/token')).body).toBe('the host');
  });

  it('has them there whoever came first, in whatever letters', async () => {
    const { app } = createHost({ options, at: '/auth' });
    await send(app, 'GET', '/AUTH/oauth/jwks');
    expectApiError(await malformed(app, '/auth/oauth/token'), 400, 'invalid_request');
    expectApiError(await malformed(app, '/Auth/oauth/token'), 400, 'invalid_request');
  });

  it('has them at the root behind a proxy that takes the path away', async () => {
    const { app } = createHost({ options });
    // Nothing is known before: then an error belongs to the host.
    expect((await malformed(app, '/oauth/token')).body).toBe('the host');
    expect((await send(app, 'GET', '/oauth/jwks')).status).toBe(200);
    expectApiError(await malformed(app, '/oauth/token'), 400, 'invalid_request');
    expect((await malformed(app, '/auth/oauth/token')).body).toBe('the host');
  });
});

it('a registration is as ever with the handler of errors in place', async () => {
  const sent = { headers: JSON_TYPE, body: JSON.stringify(METADATA) };
  expect((await send(createHost().app, 'POST', '/oauth/register', sent)).status).toBe(201);
});
