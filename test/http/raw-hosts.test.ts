import { describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { authorizationQuery, createPkce, registeredClientId } from '../support/flow.ts';
import { exchange, statusesIn } from './support/raw.ts';
import { createWatchedApp } from './support/watched-app.ts';

const AS = '/.well-known/oauth-authorization-server';

interface RawAnswer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/** The only answer to these bytes; throws when there are more. */
async function answerTo(app: Express, bytes: string): Promise<RawAnswer> {
  const text = await exchange(app, bytes);
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const [first = '', ...headers] = head.split('\r\n');
  if (statusesIn(text).length !== 1) throw new Error(`answers: ${text}`);
  return { status: Number(first.split(' ')[1]), headers: headers.join('\n'), body };
}

/** One request without a body, as bytes. */
function get(target: string, version: string, headers: readonly string[] = []): string {
  return [`GET ${target} HTTP/${version}`, 'Connection: close', ...headers, '', ''].join('\r\n');
}

const FORMS = [
  { name: 'HTTP/1.0 without a host', version: '1.0', headers: [] },
  { name: 'HTTP/1.0 with a host', version: '1.0', headers: ['Host: evil.example'] },
  { name: 'an empty host', version: '1.1', headers: ['Host:'] },
  { name: 'a host that is none', version: '1.1', headers: ['Host: evil.example@x:99999/y'] },
  {
    name: 'an address in absolute form',
    version: '1.1',
    headers: ['Host: other.example'],
    prefix: 'http://evil.example',
  },
];

describe('a request that says in an odd way for whom it is (HTTP-21)', () => {
  it.each(FORMS)('gets the same document: $name', async ({ version, headers, prefix = '' }) => {
    const { app, server } = createWatchedApp();
    const answer = await answerTo(app, get(`${prefix}${AS}`, version, headers));
    expect({ status: answer.status, body: JSON.parse(answer.body) as unknown }).toEqual({
      status: 200,
      body: server.metadata,
    });
    expect(answer.headers).not.toMatch(/evil|other\.example/);
  });

  it.each(FORMS)('is sent to no other host: $name', async ({ version, headers, prefix = '' }) => {
    const { app } = createWatchedApp();
    const id = await registeredClientId(app);
    const target = `${prefix}/oauth/authorize?${authorizationQuery(id, createPkce())}`;
    const answer = await answerTo(app, get(target, version, headers));
    expect(answer.status).toBe(302);
    expect(answer.headers).toMatch(/^location: \/login\?return_to=%2Foauth%2Fconsent%3F/im);
    expect(answer.headers).not.toMatch(/evil|other\.example/);
  });

  it.each(FORMS)('is told of no other host: $name', async ({ version, headers, prefix = '' }) => {
    const answer = await answerTo(createWatchedApp().app, get(`${prefix}/mcp`, version, headers));
    expect(answer.status).toBe(401);
    expect(answer.headers).toMatch(/^www-authenticate: .*https:\/\/auth\.example\.com\/\.well/im);
    expect(answer.headers).not.toMatch(/evil|other\.example/);
  });

  it('is refused without a host by HTTP/1.1', async () => {
    const { status } = await answerTo(createWatchedApp().app, get(AS, '1.1'));
    expect(status).toBe(400);
  });

  it('with two hosts gets the same document, and none of the two is in it', async () => {
    const { app, server } = createWatchedApp();
    const hosts = ['Host: auth.example.com', 'Host: evil.example'];
    const answer = await answerTo(app, get(AS, '1.1', hosts));
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual(server.metadata);
    expect(answer.headers).not.toContain('evil');
  });
});
