import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Express } from 'express';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { createClock } from '../support/clock.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { METADATA } from '../support/flow.ts';
import { expectApiError, expectPage } from './support/expect.ts';
import { JSON_TYPE, send, type Answer } from './support/send.ts';

interface Held extends TestApp {
  /** Resolves when a registration is under way, and stays so. */
  readonly isUnderWay: Promise<void>;
  readonly letGo: () => void;
  readonly closed: () => number;
}

/** Whatever a test comes to, no request is left hanging. */
const held: (() => void)[] = [];
afterEach(() => {
  for (const letGo of held.splice(0)) letGo();
});

/** A server whose store takes its time for a registration. */
function createHeldApp(drainTimeoutSeconds?: number): Held {
  const clock = createClock();
  const store = new MemoryStore({ now: clock.now });
  let closed = 0;
  let arrived: () => void = () => undefined;
  let letGo: () => void = () => undefined;
  const isUnderWay = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  held.push(() => letGo());
  const { insert } = store.clients;
  Object.assign(store.clients, {
    insert: async (...given: Parameters<typeof insert>) => {
      arrived();
      await released;
      return insert.apply(store.clients, given);
    },
  });
  store.close = async () => {
    closed += 1;
  };
  const options = { store, ...(drainTimeoutSeconds !== undefined && { drainTimeoutSeconds }) };
  return {
    ...createTestApp({ clock, options }),
    isUnderWay,
    letGo: () => letGo(),
    closed: () => closed,
  };
}

/** Resolves when the first connection is lost; how it is lost does not matter. */
function lostConnection(listening: Server): Promise<void> {
  return new Promise((resolve) => {
    listening.once('connection', (socket: Socket) => socket.once('close', () => resolve()));
  });
}

/** A client that would keep its connection. */
const KEPT = { ...JSON_TYPE, Connection: 'keep-alive' };

function register(app: Express): Promise<Answer> {
  return send(app, 'POST', '/oauth/register', { headers: KEPT, body: JSON.stringify(METADATA) });
}

/** Requests that would change something. */
const STATEFUL = [
  { method: 'POST', path: '/oauth/register', kind: 'api' },
  { method: 'POST', path: '/oauth/token', kind: 'api' },
  { method: 'GET', path: '/oauth/authorize?client_id=a', kind: 'page' },
  { method: 'POST', path: '/oauth/authorize', kind: 'page' },
  { method: 'GET', path: '/oauth/consent?request=a', kind: 'page' },
  { method: 'POST', path: '/oauth/consent?request=a', kind: 'page' },
] as const;

describe('after close()', () => {
  it.each(STATEFUL)('$method $path is turned away to another connection', async (endpoint) => {
    const { app, server, log } = createTestApp();
    await server.close();
    const { method, path, kind } = endpoint;
    const answer = await send(app, method, path, {
      headers: KEPT,
      ...(method === 'POST' && { body: JSON.stringify(METADATA) }),
    });
    if (kind === 'api') {
      expectApiError(answer, 503, 'temporarily_unavailable');
      expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*' });
    } else {
      expect(answer.status).toBe(503);
      expectPage(answer);
    }
    expect(answer.headers).toMatchObject({
      connection: 'close',
      'retry-after': expect.stringMatching(/^[2-8]$/),
    });
    // It is meant to be so: nobody has to be called.
    expect(log.at('error')).toEqual([]);
    expect(log.at('debug').map(({ message }) => message)).toEqual(['request refused']);
  });

  it.each([
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-protected-resource/mcp',
    '/oauth/jwks',
  ])('%s goes on answering from memory', async (path) => {
    const { app, server } = createTestApp();
    await server.close();
    expect((await send(app, 'GET', path)).status).toBe(200);
  });
});

describe('drain()', () => {
  it('turns nobody away', async () => {
    const { app, server } = createTestApp();
    server.drain();
    const answer = await register(app);
    expect(answer.status).toBe(201);
    expect(answer.headers).toHaveProperty('connection', 'keep-alive');
  });
});

describe('close()', () => {
  it.each([
    { name: 'as it is', drainTimeoutSeconds: undefined },
    // A timer of Node that is set to more than 2,147,483,647 ms ends at once.
    { name: 'for a month', drainTimeoutSeconds: 30 * 24 * 60 * 60 },
  ])('waits for what is under way, and only then lets go of the store: $name', async (one) => {
    const { app, server, isUnderWay, letGo, closed } = createHeldApp(one.drainTimeoutSeconds);
    const answered = register(app);
    await isUnderWay;
    const closing = server.close();
    expect((await register(app)).status).toBe(503);
    expect(closed()).toBe(0);
    letGo();
    const answer = await answered;
    expect(answer.status).toBe(201);
    expect(answer.headers).toHaveProperty('connection', 'close');
    await closing;
    expect(closed()).toBe(1);
  });

  it('waits no longer than it may', async () => {
    const { app, server, isUnderWay, letGo, closed } = createHeldApp(1);
    const answered = register(app);
    await isUnderWay;
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeGreaterThan(900);
    expect(closed()).toBe(1);
    letGo();
    await answered;
  });

  it('is one end for all who ask for it, at once and later', async () => {
    const { server, closed } = createHeldApp();
    await Promise.all([server.close(), server.close()]);
    await server.close();
    expect(closed()).toBe(1);
  });

  it('is not kept waiting by a client that has gone away', async () => {
    const { app, server, isUnderWay, letGo, closed } = createHeldApp();
    const gone = new AbortController();
    const listening = app.listen(0);
    const { port } = listening.address() as { port: number };
    const request = fetch(`http://localhost:${port}/oauth/register`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify(METADATA),
      signal: gone.signal,
    }).catch(() => undefined);
    await isUnderWay;
    gone.abort();
    await request;
    await server.close();
    expect(closed()).toBe(1);
    letGo();
    listening.close();
  });

  it('is not kept waiting by requests that stood behind another one when their client went away', async () => {
    const { app, server, isUnderWay, letGo, closed } = createHeldApp(3600);
    const listening = app.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const { port } = listening.address() as AddressInfo;
    const body = JSON.stringify(METADATA);
    const head = `POST /oauth/register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;
    const one = `${head}Content-Length: ${String(body.length)}\r\n\r\n${body}`;
    const client = connect(port, '127.0.0.1');
    const gone = lostConnection(listening);
    client.write(one.repeat(50));
    await isUnderWay;
    client.resetAndDestroy();
    await gone;
    await server.close();
    expect(closed()).toBe(1);
    letGo();
    listening.close();
  });

  it('is not kept waiting by a client that was gone before its request came here', async () => {
    let arrived: () => void = () => undefined;
    let goOn: () => void = () => undefined;
    const isHere = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const mayGoOn = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const { app, server } = createTestApp({
      options: { drainTimeoutSeconds: 3600 },
      before: [
        (_req, _res, next) => {
          arrived();
          void mayGoOn.then(() => next());
        },
      ],
    });
    const listening = app.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const { port } = listening.address() as AddressInfo;
    const gone = lostConnection(listening);
    const client = connect(port, '127.0.0.1');
    client.write('POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n');
    await isHere;
    client.resetAndDestroy();
    await gone;
    goOn();
    await mayGoOn;
    await server.close();
    listening.close();
  });
});
