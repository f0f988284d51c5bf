import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { createGetJson } from '../../lib/outbound/get-json.ts';
import { authority, startDocumentHost } from '../support/document-host.ts';
import { asking, body, failureOf, JSON_TYPE, LIMITS, type Odd } from './support.ts';

const { host, get } = asking();

const status =
  (code: number, headers = {}): Odd['how'] =>
  (_req, res) => {
    res.writeHead(code, { ...JSON_TYPE, ...headers }).end(code === 204 ? undefined : '{}');
  };

describe('what is sent', () => {
  it('is a GET that says what it wants, and nothing of anybody', async () => {
    let seen: IncomingMessage | undefined;
    host().answer('/c', (req, res) => {
      seen = req;
      res.writeHead(200, JSON_TYPE).end('{}');
    });
    await get(host().url('/c'));
    expect(seen?.method).toBe('GET');
    expect(seen?.headers).toEqual({
      host: `app.example:${String(host().port)}`,
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'oauth-authorization-server',
      connection: 'close',
    });
  });
});

describe('answers that do not count', () => {
  it.each<Odd>([
    ...[201, 204, 206, 304, 401, 403, 404, 410].map((code) => ({
      name: `${String(code)} with a body that would do`,
      how: status(code),
    })),
    ...[301, 302, 303, 307, 308].map((code) => ({
      name: `${String(code)}, which is not followed`,
      how: status(code, { location: '/good' }),
    })),
    ...[408, 429, 500, 503].map((code) => ({
      name: `${String(code)}, which may pass`,
      how: status(code),
      want: 'away',
    })),
    { name: 'no body', how: body('') },
    { name: 'garbage', how: (req) => req.socket.end('hello\r\n\r\n{}'), want: 'away' },
    { name: 'a connection that ends early', how: (req) => req.socket.destroy(), want: 'away' },
    {
      name: 'headers that are too long',
      how: status(200, { 'x-long': 'x'.repeat(9000) }),
      want: 'away',
    },
  ])('$name (CIMD-05)', async ({ how, want = 'unusable' }) => {
    host().json('/good', {});
    host().answer('/odd', how);
    expect(await failureOf(get(host().url('/odd')))).toBe(want);
    expect(host().requests).toHaveLength(1);
    await host().idle();
  });

  it.each<Odd>([
    { name: 'HTML', how: body('{}', { 'content-type': 'text/html' }) },
    { name: 'no type', how: (_req, res) => res.writeHead(200).end('{}') },
    { name: 'bytes of no type', how: body('{}', { 'content-type': 'application/octet-stream' }) },
    { name: 'text', how: body('{}', { 'content-type': 'text/json' }) },
    { name: 'a suffix alone', how: body('{}', { 'content-type': 'application/+json' }) },
    {
      name: 'UTF-16',
      how: body(Buffer.from('{}', 'utf16le'), {
        'content-type': 'application/json; charset=utf-16',
      }),
    },
    { name: 'bytes that are not UTF-8', how: body(Buffer.from([0x22, 0xff, 0x22])) },
    { name: 'a byte order mark', how: body('\uFEFF{}') },
    { name: 'JSON that is cut off', how: body('{"a":') },
    { name: 'two JSON texts', how: body('{}{}') },
  ])('$name (CIMD-13)', async ({ how }) => {
    host().answer('/odd', how);
    expect(await failureOf(get(host().url('/odd')))).toBe('unusable');
  });

  it.each([
    'application/json',
    'Application/JSON; charset="UTF-8"',
    'application/client-metadata+json',
    'application/jwk-set+json;charset=utf8',
  ])('%s is a type that counts', async (type) => {
    host().answer('/typed', body('[1]', { 'content-type': type }));
    expect(await get(host().url('/typed'))).toMatchObject({ json: [1] });
  });

  it('a text within 5 KB that is nested as deep as it goes is read like any other', async () => {
    host().json('/deep', `${'['.repeat(2560)}${']'.repeat(2560)}`);
    expect(await get(host().url('/deep'))).toHaveProperty('json');
  });
});

describe('certificates (CIMD-05)', () => {
  it.each([
    { name: 'expired', certificate: authority.issue('old', 'expired', ['app.example']) },
    { name: 'for another host', certificate: authority.issue('other') },
  ])('one that is $name is no answer', async ({ certificate }) => {
    const bad = await startDocumentHost({ certificate });
    try {
      bad.json('/c', {});
      expect(await failureOf(createGetJson(bad.outside)(bad.url('/c'), LIMITS))).toBe('away');
      expect(bad.requests).toEqual([]);
    } finally {
      await bad.close();
    }
  });

  it('one of an authority that nobody knows is none, whatever the environment says', async () => {
    const { resolve, isPublic, deadlineMs } = host().outside;
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const asked = createGetJson({ resolve, isPublic, deadlineMs })(host().url('/c'), LIMITS);
      expect(await failureOf(asked)).toBe('away');
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });
});

describe('how long an answer is good', () => {
  it.each([
    { headers: { 'cache-control': 'max-age=600' }, want: 600 },
    { headers: { 'cache-control': 'max-age=600', age: '100' }, want: 500 },
    { headers: { 'cache-control': 'public, s-maxage=60, max-age=600' }, want: 60 },
    { headers: { 'cache-control': 'no-store' }, want: 0 },
    { headers: { 'cache-control': 'no-cache, max-age=600' }, want: 0 },
    { headers: { 'cache-control': 'private, max-age=600' }, want: 0 },
    {
      headers: {
        date: 'Mon, 23 Nov 2026 12:00:00 GMT',
        expires: 'Mon, 23 Nov 2026 13:00:00 GMT',
      },
      want: 3600,
    },
    { headers: {}, want: 0 },
  ])('$headers: $want seconds', async ({ headers, want }) => {
    host().json('/kept', {}, headers);
    const { freshForMs } = await get(host().url('/kept'));
    expect(Math.round(freshForMs / 1000)).toBe(want);
  });
});
