import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import supertest from 'supertest';
import { eventually } from '../support/eventually.ts';
import { register } from '../support/flow.ts';
import { createWatchedApp, type WatchedApp } from './support/watched-app.ts';
import { statusesIn } from './support/raw.ts';

/** As the guide has it for a server without a proxy, but sooner. */
const TIMES = { headersTimeout: 300, requestTimeout: 600, connectionsCheckingInterval: 50 };
const MANY = 20;
const ONE = { limit: 1, windowSeconds: 60 };

let made: WatchedApp;
let server: Server;
let sockets: Socket[];
beforeEach(async () => {
  sockets = [];
  // One request of a network, and it has none left: what slow clients sent must not be it.
  const rateLimits = { token: ONE, authorize: ONE };
  made = createWatchedApp({ options: { rateLimits } });
  server = createServer(TIMES, made.app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
  server.closeAllConnections();
});

function open(): Socket {
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

/** Sends this, and then a byte now and then. @returns What was answered until the server had enough. */
async function drip(bytes: string): Promise<string> {
  const socket = open();
  let text = '';
  socket.setEncoding('latin1').on('data', (data: string) => (text += data));
  socket.write(bytes);
  const dripping = setInterval(() => socket.write('a'), 20);
  await once(socket, 'close');
  clearInterval(dripping);
  return text;
}

const head = (path: string, type: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: 60000\r\n\r\n`;
const FORM = 'application/x-www-form-urlencoded';

/** They held nothing: this one is the first that counts, and the server has nobody left to wait for. */
async function expectNothingHeld(): Promise<void> {
  expect(made.store.writes).toEqual([]);
  for (const path of ['/oauth/token', '/oauth/revoke', '/oauth/par']) {
    const form = {
      client_id: 'nobody',
      grant_type: 'refresh_token',
      refresh_token: 'a',
      token: 'a',
    };
    const { status } = await supertest(server).post(path).type('form').send(form);
    expect({ path, status }).toEqual({ path, status: 401 });
  }
  await made.server.close();
}

describe('clients that take their time', () => {
  it.each([
    { name: 'the headers', bytes: 'POST /oauth/token HTTP/1.1\r\nHost: a\r\nX-Slow: ' },
    { name: 'the body of a token request', bytes: head('/oauth/token', FORM) },
    { name: 'the body of a revocation', bytes: head('/oauth/revoke', FORM) },
    { name: 'the body of a pushed request', bytes: head('/oauth/par', FORM) },
    { name: 'the body of a registration', bytes: head('/oauth/register', 'application/json') },
  ])('are cut off by the times of the server, and hold nothing until then: $name', async (row) => {
    const slow = Promise.all(Array.from({ length: MANY }, () => drip(row.bytes)));
    await eventually(async () => {
      const connections = await new Promise<number>((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      });
      expect(connections).toBeGreaterThanOrEqual(MANY);
    });
    // Others are served meanwhile.
    expect((await supertest(server).get('/oauth/jwks')).status).toBe(200);
    const answers = await slow;
    expect(answers.map(statusesIn)).toEqual(answers.map(() => [408]));
    await expectNothingHeld();
  });

  it('keep what was answered to themselves: who does not read it holds nobody up', async () => {
    const request = 'GET /.well-known/oauth-authorization-server HTTP/1.1\r\nHost: a\r\n\r\n';
    for (let nth = 0; nth < MANY; nth += 1) open().pause().write(request.repeat(200));
    expect((await supertest(server).get('/oauth/jwks')).status).toBe(200);
    expect((await register(made.app)).status).toBe(201);
    made.store.forget();
    await expectNothingHeld();
  });
});
