import { describe, expect, it } from '@jest/globals';
import express, { type Express, type RequestHandler } from 'express';
import { createTestApp, type TestApp } from '../support/app.ts';
import { basic } from '../support/confidential.ts';
import { authorizationQuery, createPkce, METADATA, REDIRECT_URI } from '../support/flow.ts';
import { FORM_TYPE, JSON_TYPE, send, type Sent } from './support/send.ts';

const SECRET = 's'.repeat(32);
const limit = '200kb';
/** Each that comes with Express. */
const PARSERS: Readonly<Record<string, RequestHandler>> = {
  json: express.json({ limit }),
  'urlencoded, simple': express.urlencoded({ limit, extended: false }),
  'urlencoded, extended': express.urlencoded({ limit, extended: true }),
  'raw for all types': express.raw({ limit, type: '*/*' }),
  'text for all types': express.text({ limit, type: '*/*' }),
};

interface Host {
  readonly name: string;
  readonly before: readonly RequestHandler[];
}

/** One alone, every two in both orders, and all of them. */
const HOSTS: readonly Host[] = [
  ...Object.entries(PARSERS).map(([name, parser]) => ({ name, before: [parser] })),
  ...Object.entries(PARSERS).flatMap(([first, one]) =>
    Object.entries(PARSERS)
      .filter(([second]) => second !== first)
      .map(([second, other]) => ({ name: `${first}, then ${second}`, before: [one, other] })),
  ),
  { name: 'all of them', before: Object.values(PARSERS) },
  { name: 'all of them, the other way round', before: Object.values(PARSERS).reverse() },
  {
    name: 'the defaults of Express',
    before: [express.json(), express.urlencoded({ extended: false })],
  },
];

const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
const CLIENT = { client_id: 'known', client_secret: SECRET };
const PADDING = 'a'.repeat(70 * 1024);

/** Each endpoint that takes a body, with one that it takes. */
const ENDPOINTS: readonly { path: string; body: string; headers: Record<string, string> }[] = [
  {
    path: '/oauth/token',
    headers: FORM_TYPE,
    body: form({ ...CLIENT, grant_type: 'refresh_token', refresh_token: 'x' }),
  },
  {
    path: '/oauth/par',
    headers: FORM_TYPE,
    body: `${authorizationQuery('known', createPkce(), { redirect_uri: 'https://a.example/cb' })}&client_secret=${SECRET}`,
  },
  {
    path: '/oauth/introspect',
    headers: { ...FORM_TYPE, Authorization: basic(`api:${SECRET}`) },
    body: form({ token: 'x', token_type_hint: 'access_token' }),
  },
  { path: '/oauth/revoke', headers: FORM_TYPE, body: form({ ...CLIENT, token: 'x' }) },
];

/** What is done to a form, and how it is sent. */
const FORMS: readonly { name: string; of: (body: string) => string; more?: object }[] = [
  { name: 'as it is', of: (body) => body },
  { name: 'in chunks', of: (body) => body, more: { 'Transfer-Encoding': 'chunked' } },
  { name: 'with its first parameter twice', of: (body) => `${body}&${body.split('&')[0] ?? ''}` },
  { name: 'with an unknown parameter twice', of: (body) => `${body}&x=1&x=2` },
  { name: 'with a resource thirty times', of: (body) => body + '&resource=https://a'.repeat(30) },
  {
    name: 'with nested ones',
    of: (body) => `${body}&a[b]=1&a[b][c]=2&__proto__[x]=1&constructor=1`,
  },
  { name: 'with its parameters nested', of: (body) => body.replaceAll('=', '[x]=') },
  { name: 'with empty ones', of: (body) => `${body}&state=&&=&a` },
  { name: 'with too many', of: (body) => body + '&x=1'.repeat(1001) },
  { name: 'of nothing', of: () => '' },
  { name: 'too long', of: (body) => `${body}&x=${PADDING}` },
  {
    name: 'too long, in chunks',
    of: (body) => `${body}&x=${PADDING}`,
    more: { 'Transfer-Encoding': 'chunked' },
  },
  { name: 'longer than the host takes', of: (body) => `${body}&x=${PADDING.repeat(4)}` },
  { name: 'of another type', of: (body) => body, more: { 'Content-Type': 'text/plain' } },
  { name: 'called JSON', of: () => '{"grant_type":"x"}', more: JSON_TYPE },
  {
    name: 'in another charset',
    of: (body) => body,
    more: { 'Content-Type': `${FORM_TYPE['Content-Type']}; charset=iso-8859-1` },
  },
];

function createHost(before: readonly RequestHandler[] = []): TestApp {
  const made = createTestApp({
    before,
    options: {
      clients: [
        {
          client_id: 'known',
          client_secret: SECRET,
          redirect_uris: ['https://a.example/cb'],
          scope: 'openid',
        },
      ],
      resourceServers: [{ id: 'api', secret: SECRET }],
    },
  });
  made.app.use(made.server.errorHandler);
  return made;
}

/** What of an answer may not depend on who has read the body. */
async function essence(app: Express, path: string, sent: Sent): Promise<object> {
  const { status, headers, body } = await send(app, 'POST', path, sent);
  const { request_uri, ...rest } = Object(body) as Record<string, unknown>;
  return {
    status,
    type: headers['content-type'],
    kept: headers['cache-control'],
    cors: headers['access-control-allow-origin'],
    ...(rest['error'] === undefined ? { ...rest, isPushed: request_uri !== undefined } : {}),
    error: rest['error'],
  };
}

describe.each(HOSTS)('behind a host with $name (HTTP-08)', ({ before }) => {
  it.each(ENDPOINTS)('a form at $path is answered as without', async ({ path, body, headers }) => {
    const [host, plain] = [createHost(before), createHost()];
    for (const { name, of, more = {} } of FORMS) {
      const sent = { headers: { ...headers, ...more }, body: of(body) };
      const wanted = await essence(plain.app, path, sent);
      expect({ name, ...(await essence(host.app, path, sent)) }).toEqual({ name, ...wanted });
    }
    expect(host.log.at('error')).toEqual([]);
  });

  it('metadata at /oauth/register are answered as without', async () => {
    const [host, plain] = [createHost(before), createHost()];
    const good = JSON.stringify(METADATA);
    const bodies = [
      '{}',
      '[]',
      '""',
      'null',
      '',
      good.replace('{', `{"redirect_uris":["${REDIRECT_URI}#x"],`),
      good.replace(/\}$/, ',"redirect_uris":["https://a.example/#x"]}'),
      good.replace('{', '{"__proto__":{"scope":"x"},'),
      good.replace('{', `{"x":"${PADDING}",`),
      good.replace('{', `{"x":"${PADDING.repeat(4)}",`),
    ];
    for (const body of bodies) {
      for (const more of [{}, { 'Transfer-Encoding': 'chunked' }]) {
        const sent = { headers: { ...JSON_TYPE, ...more }, body };
        const wanted = (await send(plain.app, 'POST', '/oauth/register', sent)).status;
        const { status } = await send(host.app, 'POST', '/oauth/register', sent);
        expect({ body: body.slice(0, 80), status }).toEqual({
          body: body.slice(0, 80),
          status: wanted,
        });
      }
    }
  });
});

describe('behind something that read the body and kept it for itself', () => {
  const consume: RequestHandler = (req, _res, next) => {
    req.on('data', () => undefined).once('end', next);
  };
  const begin: RequestHandler = (req, _res, next) => {
    req.once('data', () => {
      req.pause();
      next();
    });
  };

  /** Reads nothing of any endpoint. */
  const skip = express.json({ type: 'application/vnd.host' });
  const parseJson: RequestHandler = (req, _res, next) => {
    let text = '';
    req.setEncoding('utf8').on('data', (part: string) => (text += part));
    req.once('end', () => {
      req.body = JSON.parse(text) as unknown;
      next();
    });
  };

  it.each<{ name: string; before: RequestHandler[]; isForms?: true }>([
    { name: 'wholly', before: [consume] },
    { name: 'in part', before: [begin] },
    { name: 'wholly, after a parser that skipped it', before: [skip, consume] },
    { name: 'in part, after a parser that skipped it', before: [skip, begin] },
    {
      name: 'wholly, after the parser of JSON, which skips forms',
      before: [express.json(), consume],
      isForms: true,
    },
  ])('$name, nothing is taken for an empty body, and the log says once why', async (host) => {
    const { app, log } = createHost(host.before);
    const registration = {
      path: '/oauth/register',
      headers: JSON_TYPE,
      body: JSON.stringify(METADATA),
    };
    const bodies = host.isForms ? ENDPOINTS : [...ENDPOINTS, registration];
    for (const { path, headers, body } of bodies) {
      const answer = await send(app, 'POST', path, { headers, body });
      expect({ path, status: answer.status, body: answer.body }).toEqual({
        path,
        status: 500,
        body: { error: 'server_error', error_description: 'something went wrong on our side' },
      });
    }
    expect(log.at('error')).toEqual([
      {
        level: 'error',
        message: expect.stringContaining('has read the body'),
        fields: { code: 'ERR_DCR_BODY_CONSUMED', path: '/oauth/token' },
      },
    ]);
  });

  it.each([
    { name: 'by a parser of Express', parse: express.json() },
    { name: 'by another one', parse: parseJson },
  ])('an empty object that was read $name is one', async ({ parse }) => {
    const [host, plain] = [createHost([parse]), createHost()];
    for (const headers of [JSON_TYPE, { ...JSON_TYPE, 'Transfer-Encoding': 'chunked' }]) {
      const sent = { headers, body: '{}' };
      const { status, body } = await send(plain.app, 'POST', '/oauth/register', sent);
      const answer = await send(host.app, 'POST', '/oauth/register', sent);
      expect({ status: answer.status, body: answer.body }).toEqual({ status, body });
      expect(status).toBe(400);
    }
    expect(host.log.at('error')).toEqual([]);
  });

  it('what has no body is served', async () => {
    const { app } = createHost([consume]);
    expect((await send(app, 'GET', '/oauth/jwks')).status).toBe(200);
  });
});
