import { gzipSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { INTERNET } from '../../lib/outbound/internet.ts';
import { Browser, createPkce, refreshRequest } from '../support/flow.ts';
import { fateOf } from '../support/hosted.ts';
import {
  APP_URI,
  createDocumentApp,
  DOCUMENT,
  documentHost,
  publish,
} from './support/document-app.ts';
import { expectApiError, expectErrorPage } from './support/expect.ts';

const host = documentHost();

interface Bad {
  readonly name: string;
  /** What is answered at the address of the client. */
  readonly how: (res: ServerResponse, client_id: string) => unknown;
}

const TYPE = { 'content-type': 'application/json' };
const saying = (changes: object) => (res: ServerResponse, client_id: string) =>
  res.writeHead(200, TYPE).end(JSON.stringify({ client_id, ...DOCUMENT, ...changes }));
const status = (code: number) => (res: ServerResponse, client_id: string) =>
  res.writeHead(code, TYPE).end(JSON.stringify({ client_id, ...DOCUMENT }));

const EC = { kty: 'EC', crv: 'P-256', x: 'a'.repeat(43), y: 'a'.repeat(43) };

describe('a document that does not count', () => {
  it.each<Bad>([
    { name: 'a status of 201 (CIMD-05)', how: status(201) },
    { name: 'a status of 404 (CIMD-05, CIMD-16)', how: status(404) },
    { name: 'a status of 500 (CIMD-05)', how: status(500) },
    { name: 'a redirect (CIMD-05)', how: (res) => res.writeHead(302, { location: '/c' }).end() },
    { name: 'HTML (CIMD-13)', how: (res) => res.writeHead(200).end('<html>') },
    { name: 'an array (CIMD-13)', how: (res) => res.writeHead(200, TYPE).end('[]') },
    { name: 'null (CIMD-13)', how: (res) => res.writeHead(200, TYPE).end('null') },
    {
      name: 'a member that is nested as deep as it goes (CIMD-13)',
      how: (res, id) =>
        res
          .writeHead(200, TYPE)
          .end(`{"client_id":"${id}","jwks":${'['.repeat(2400)}${']'.repeat(2400)}}`),
    },
    { name: '6 KB (CIMD-06)', how: saying({ x: 'x'.repeat(6000) }) },
    {
      name: 'compression (CIMD-06)',
      how: (res) =>
        res
          .writeHead(200, { ...TYPE, 'content-encoding': 'gzip' })
          .end(gzipSync('x'.repeat(20_000_000))),
    },
    { name: 'no client_id', how: saying({ client_id: undefined }) },
    { name: 'another client_id', how: saying({ client_id: 'https://app.example/other' }) },
    { name: 'no redirect URIs', how: saying({ redirect_uris: [] }) },
    {
      name: 'a redirect URI that nobody can have',
      how: saying({ redirect_uris: ['ftp://a.b/c'] }),
    },
    { name: 'a secret (CIMD-08)', how: saying({ client_secret: 'shared with everybody' }) },
    { name: 'the end of a secret (CIMD-08)', how: saying({ client_secret_expires_at: 0 }) },
    ...['client_secret_basic', 'client_secret_post', 'client_secret_jwt'].map((method) => ({
      name: `${method}, whatever else it could do (CIMD-08)`,
      how: saying({
        token_endpoint_auth_method: method,
        token_endpoint_auth_methods_supported: ['none'],
      }),
    })),
    { name: 'a method nobody knows', how: saying({ token_endpoint_auth_method: 'tls' }) },
    { name: 'a private key (CIMD-08)', how: saying({ jwks: { keys: [{ ...EC, d: 'a' }] } }) },
    { name: 'a shared key (CIMD-08)', how: saying({ jwks: { keys: [{ kty: 'oct', k: 'a' }] } }) },
    { name: 'a way without a code (J220)', how: saying({ response_types: ['token'] }) },
    { name: 'a scope that is not supported (J221)', how: saying({ scope: 'openid nothing' }) },
  ])('$name: a page, no redirect, and once it is repaired it counts', async ({ how }) => {
    const { app, log } = createDocumentApp(host());
    const id = host().url('/c');
    host().answer('/c', (_req, res) => how(res, id));
    const browser = new Browser(app, 'alice');
    const ask = () => browser.authorize(id, createPkce(), { redirect_uri: APP_URI });
    const before = log.entries.length;
    const refused = await ask();
    expectErrorPage(refused, 400, 'invalid_client');
    expect(refused.text).not.toContain(id);
    expect(log.entries.slice(before).every(({ level }) => level === 'debug')).toBe(true);
    publish(host(), '/c');
    expect(fateOf(await ask())).toBe('asked');
  });

  it('is an unknown client to the token endpoint (J217), and a silent host one that may come back', async () => {
    const { app, log } = createDocumentApp(host());
    host().answer('/gone', (_req, res) => res.writeHead(410).end());
    expectApiError(await refreshRequest(app, host().url('/gone'), 'any'), 401, 'invalid_client');
    host().answer('/away', (_req, res) => res.writeHead(503).end());
    const away = await refreshRequest(app, host().url('/away'), 'any');
    expectApiError(away, 503, 'temporarily_unavailable');
    expect(away.headers).toHaveProperty('retry-after');
    // A stranger can have any number of these.
    expect(log.entries.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('looks the same from outside whether a private host listens, refuses or does not exist (CIMD-03, REG-21)', async () => {
    const port = String(host().port);
    const addresses: Record<string, string[]> = { 'db.corp.example': ['10.0.0.7'] };
    const outside = {
      ...host().outside,
      isPublic: INTERNET.isPublic,
      resolve: async (name: string) => addresses[name] ?? [],
    };
    const { app } = createDocumentApp(host(), { outside });
    const before = host().connections();
    const pages = [];
    for (const name of ['127.0.0.1', '10.0.0.7', 'db.corp.example', 'nothing.corp.example']) {
      const id = `https://${name}:${port}/c`;
      const answer = await new Browser(app).authorize(id, createPkce(), { redirect_uri: APP_URI });
      expectErrorPage(answer, 400, 'invalid_client');
      pages.push(answer.text.replace(/<code>[A-Z]{4}-[A-Z]{4}</, '<code>reference<'));
      expectApiError(await refreshRequest(app, id, 'any'), 401, 'invalid_client');
    }
    expect(new Set(pages).size).toBe(1);
    expect(host().connections()).toBe(before);
  });
});
