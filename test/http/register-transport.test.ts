import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { withCpuTime } from '../support/cpu-time.ts';
import { METADATA } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { JSON_TYPE, send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

const BODY = JSON.stringify(METADATA);
const LIMIT = 64 * 1024;
const REGISTER = '/oauth/register';

/** A registration of exactly so many bytes: the rest is a member that nobody knows. */
function bodyOf(bytes: number): string {
  const empty = JSON.stringify({ ...METADATA, padding: '' });
  return JSON.stringify({ ...METADATA, padding: 'a'.repeat(bytes - empty.length) });
}

/** So many redirect URIs, each of at least so many characters. */
function withUris(count: number, length: number): string {
  const redirect_uris = Array.from({ length: count }, (_, i) =>
    `https://a.example/${String(i)}/`.padEnd(length, 'a'),
  );
  return JSON.stringify({ ...METADATA, redirect_uris });
}

describe('POST /oauth/register: the type of the body', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'application/json-patch+json',
    'application/json, application/x-www-form-urlencoded',
    'application/json; charset=utf-7',
    'application/json; charset=utf-16le',
    'application/json; charset=x-unknown',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json; charset=',
    'json',
    ';',
  ])('refuses %s (REG-10, REG-11)', async (type) => {
    const { app, store } = createWatchedApp();
    const headers = { 'Content-Type': type };
    const answer = await send(app, 'POST', REGISTER, { headers, body: BODY });
    expectApiError(answer, 415, 'invalid_request');
    expect(store.writes).toEqual([]);
  });

  it('refuses a body without a type (REG-10)', async () => {
    const { app, store } = createWatchedApp();
    const answer = await send(app, 'POST', REGISTER, { body: BODY });
    expectApiError(answer, 415, 'invalid_request');
    expect(store.writes).toEqual([]);
  });

  it.each([
    'application/json',
    'Application/JSON; charset=UTF-8',
    'application/json;charset="utf-8"',
    'application/json; charset=utf8',
    'application/json ; boundary=x',
  ])('accepts %s (REG-10)', async (type) => {
    const { app } = createWatchedApp();
    const headers = { 'Content-Type': type };
    const answer = await send(app, 'POST', REGISTER, { headers, body: BODY });
    expect(answer.status).toBe(201);
  });

  it('reads UTF-8 as UTF-8', async () => {
    const { app } = createWatchedApp();
    const body = JSON.stringify({
      ...METADATA,
      client_name: 'Caf\u00E9 \u0645\u0631\u062D\u0628\u0627',
    });
    const answer = await send(app, 'POST', REGISTER, { headers: JSON_TYPE, body });
    expect(answer).toMatchObject({
      status: 201,
      body: { client_name: 'Caf\u00E9 \u0645\u0631\u062D\u0628\u0627' },
    });
  });
});

describe('POST /oauth/register: a body that cannot be read', () => {
  it.each([
    '{"client_name":"canary-in-the-body"',
    "{'client_name':'canary-in-the-body'}",
    '{"redirect_uris":["https://canary-in-the-body.example/cb"],}',
    'canary-in-the-body',
    '{"client_name":"canary-in-the-body\u0000"}',
    '{"__proto__":{"canary-in-the-body":1},}',
  ])('is answered in JSON that says nothing of it: %s (HTTP-01)', async (body) => {
    const { app, store, log } = createWatchedApp();
    const answer = await send(app, 'POST', REGISTER, { headers: JSON_TYPE, body });
    expectApiError(answer, 400, 'invalid_client_metadata');
    expect(answer.text).not.toContain('canary');
    expect(log.text()).not.toContain('canary');
    expect(store.writes).toEqual([]);
  });

  it.each([
    { encoding: 'gzip', body: gzipSync(BODY) },
    { encoding: 'gzip', body: gzipSync('a'.repeat(20 * 1024 * 1024)) },
    { encoding: 'gzip', body: Buffer.from('no gzip at all') },
    { encoding: 'deflate', body: deflateSync(BODY) },
    { encoding: 'gzip, gzip', body: gzipSync(gzipSync(BODY)) },
    { encoding: 'br', body: Buffer.from('garbage') },
    { encoding: 'zstd', body: Buffer.from('garbage') },
  ])('is refused unread when it is compressed with $encoding (HTTP-03)', async (given) => {
    const { app, store } = createWatchedApp();
    const headers = { ...JSON_TYPE, 'Content-Encoding': given.encoding };
    const answer = await send(app, 'POST', REGISTER, { headers, body: given.body });
    expectApiError(answer, 415, 'invalid_request');
    expect(store.writes).toEqual([]);
  });

  it.each(['x', 'jwks', 'redirect_uris', 'scope', 'client_name', 'grant_types'])(
    'does not fall over a member %s that is nested 20 000 deep (REG-31)',
    async (name) => {
      const { app, store } = createWatchedApp();
      const nested = '['.repeat(20_000) + ']'.repeat(20_000);
      const body = `{"redirect_uris":["https://app.example.com/cb"],"${name}":${nested}}`;
      const { value: answer, cpuMs } = await withCpuTime(() =>
        send(app, 'POST', REGISTER, { headers: JSON_TYPE, body }),
      );
      expect(cpuMs).toBeLessThan(1000);
      if (name === 'x') expect(answer.status).toBe(201);
      else {
        const error = name === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata';
        expectApiError(answer, 400, error);
        expect(store.writes).toEqual([]);
      }
    },
  );

  it('answers to 5 000 members that nobody knows as if there were none (HTTP-05)', async () => {
    const { app } = createWatchedApp();
    const members = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [String(i), i]));
    const body = JSON.stringify({ ...members, ...METADATA });
    const answer = await send(app, 'POST', REGISTER, { headers: JSON_TYPE, body });
    expect(answer.status).toBe(201);
    expect(Object.keys(answer.body as object)).toHaveLength(10);
  });
});

describe('POST /oauth/register: the length of the body', () => {
  it.each([
    { name: 'of one byte more than 64 KiB', body: bodyOf(LIMIT + 1), headers: {} },
    {
      name: 'of one byte more than 64 KiB that does not say its length',
      body: bodyOf(LIMIT + 1),
      headers: { 'Transfer-Encoding': 'chunked' },
    },
    { name: 'of 64 KiB in characters but more in bytes', body: `"${'\u00E9'.repeat(LIMIT - 2)}"` },
    { name: 'with 5 000 redirect URIs', body: withUris(5000, 0) },
    { name: 'with ten redirect URIs of 8 000 characters', body: withUris(10, 8000) },
  ])('refuses one $name (REG-28)', async ({ body, headers = {} }) => {
    const { app, store } = createWatchedApp();
    const answer = await send(app, 'POST', REGISTER, {
      headers: { ...JSON_TYPE, ...headers },
      body,
    });
    expectApiError(answer, 413, 'invalid_request');
    expect(answer.headers.connection).toBe('close');
    expect(store.writes).toEqual([]);
  });

  it('refuses a claimed length before anything of it is sent (HTTP-16)', async () => {
    const { app } = createWatchedApp();
    const headers = { ...JSON_TYPE, 'Content-Length': String(10 * 1024 * 1024 * 1024) };
    const answer = await send(app, 'POST', REGISTER, { headers, headersOnly: true });
    expectApiError(answer, 413, 'invalid_request');
    expect(answer.headers.connection).toBe('close');
  });

  it('accepts one of exactly 64 KiB', async () => {
    const { app } = createWatchedApp();
    const answer = await send(app, 'POST', REGISTER, { headers: JSON_TYPE, body: bodyOf(LIMIT) });
    expect(answer.status).toBe(201);
  });
});

describe('/oauth/register: other methods', () => {
  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'])(
    'refuses %s and says which it takes (REG-33)',
    async (method) => {
      const { app, store } = createWatchedApp();
      const answer = await send(app, method, REGISTER, { headers: JSON_TYPE, body: BODY });
      expectApiError(answer, 405, 'invalid_request');
      expect(answer.headers.allow).toBe('POST');
      expect(store.writes).toEqual([]);
    },
  );

  it.each(['HEAD', 'OPTIONS'])('does nothing at %s, even with a body (REG-43)', async (method) => {
    const { app, store } = createWatchedApp();
    const answer = await send(app, method, REGISTER, { headers: JSON_TYPE, body: BODY });
    expect(answer).toMatchObject({ status: method === 'HEAD' ? 405 : 204, text: '' });
    expect(store.writes).toEqual([]);
  });

  it.each([
    { path: `${REGISTER}?_method=DELETE`, headers: {} },
    { path: REGISTER, headers: { 'X-HTTP-Method-Override': 'DELETE' } },
  ])('is not talked into another method by $path $headers (REG-33)', async ({ path, headers }) => {
    const { app } = createWatchedApp();
    const sent = { headers: { ...JSON_TYPE, ...headers }, body: BODY };
    expect(await send(app, 'POST', path, sent)).toMatchObject({ status: 201 });
  });

  it.each([`${REGISTER}/`, '/oauth/Register', '/OAUTH/register', `${REGISTER}/x/y`])(
    'leaves %s to the host',
    async (path) => {
      const { app, store } = createWatchedApp();
      const answer = await send(app, 'POST', path, { headers: JSON_TYPE, body: BODY });
      expect(answer.status).toBe(404);
      expect(store.writes).toEqual([]);
    },
  );
});

describe('/oauth/register: clients in browsers', () => {
  it('answers a preflight that asks for the MCP header (META-11, TOKEN-23)', async () => {
    const { app } = createWatchedApp();
    const answer = await send(app, 'OPTIONS', REGISTER, {
      headers: {
        Origin: 'https://spa.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type,mcp-protocol-version',
      },
    });
    expect(answer).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'authorization,content-type,mcp-protocol-version',
      },
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it.each([
    { name: 'a registration', type: 'application/json', status: 201 },
    { name: 'a refusal', type: 'text/plain', status: 415 },
  ])('lets any origin read the answer to $name', async ({ type, status }) => {
    const { app } = createWatchedApp();
    const headers = { 'Content-Type': type, Origin: 'null' };
    const answer = await send(app, 'POST', REGISTER, { headers, body: BODY });
    expect(answer.status).toBe(status);
    expect(answer.headers).toHaveProperty('access-control-allow-origin', '*');
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
  });
});
