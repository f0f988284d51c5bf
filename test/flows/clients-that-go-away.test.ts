import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnExample } from '../../example-app/spawn-example.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { redisEnvironment } from '../support/example.ts';
import { authorizationQuery, createPkce, METADATA, registeredClientId } from '../support/flow.ts';
import { STORE_KINDS } from '../support/stores.ts';

const REGISTRATION = JSON.stringify(METADATA);

function post(path: string, type: string, body: string): string {
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\n`;
  return `${head}Content-Length: ${String(body.length)}\r\n\r\n${body}`;
}

/** One request to each endpoint that asks the store. */
function requests(client_id: string): Record<string, string> {
  const form = 'application/x-www-form-urlencoded';
  const grant = 'A'.repeat(22);
  const authorization = authorizationQuery(client_id, createPkce());
  const person = 'Host: localhost\r\nCookie: person=alice\r\n\r\n';
  return {
    register: post('/oauth/register', 'application/json', REGISTRATION),
    token: post(
      '/oauth/token',
      form,
      `grant_type=authorization_code&client_id=${client_id}&code=${grant}.${'A'.repeat(43)}&code_verifier=${'a'.repeat(43)}`,
    ),
    refresh: post(
      '/oauth/token',
      form,
      `grant_type=refresh_token&client_id=${client_id}&refresh_token=${grant}.1.${'A'.repeat(43)}`,
    ),
    authorize: `GET /oauth/authorize?${authorization} HTTP/1.1\r\n${person}`,
    'authorize by form': post('/oauth/authorize', form, authorization),
    consent: `GET /oauth/consent?request=${grant} HTTP/1.1\r\n${person}`,
    decide: post(`/oauth/consent?request=${grant}`, form, 'decision=allow&csrf=x'),
    jwks: 'GET /oauth/jwks HTTP/1.1\r\nHost: localhost\r\n\r\n',
  };
}

/** Where a request can break off: after so many of its bytes. */
const PHASES: readonly [name: string, until: (bytes: string) => number][] = [
  ['before a byte', () => 0],
  ['in the request line', () => 9],
  ['in the headers', (bytes) => bytes.indexOf('\r\n') + 8],
  ['after the headers', (bytes) => bytes.indexOf('\r\n\r\n') + 4],
  ['in the body', (bytes) => Math.max(bytes.length - 10, 20)],
  ['before the answer', (bytes) => bytes.length],
];

/** Sends the beginning of a request and goes away, with or without a word. */
async function breakOff(port: number, bytes: string, how: 'end' | 'reset'): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  if (bytes !== '') {
    await new Promise((resolve) => {
      socket.write(bytes, resolve);
    });
  }
  if (how === 'reset') socket.resetAndDestroy();
  else socket.destroy();
  if (!socket.closed) await once(socket, 'close');
}

// Jest fails a test in which a rejection or an exception reaches nobody.
describe.each(STORE_KINDS)('clients that go away ($kind) (HTTP-15)', (storeKind) => {
  let deployment: TestDeployment;
  let server: Server;

  beforeEach(() => {
    deployment = createDeployment(storeKind);
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await deployment.close();
  });

  it.each(PHASES)('%s leave no connection and no error behind', async (_phase, until) => {
    const { app, log } = deployment.start();
    server = createServer((req, res) => void app(req, res)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client_id = await registeredClientId(app);
    for (const bytes of Object.values(requests(client_id))) {
      await breakOff(port, bytes.slice(0, until(bytes)), 'end');
      await breakOff(port, bytes.slice(0, until(bytes)), 'reset');
    }
    while ((await connectionsOf(server)) > 0) await turn();
    const answer = await fetch(`http://127.0.0.1:${String(port)}/oauth/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Connection: 'close' },
      body: REGISTRATION,
    });
    expect(answer.status).toBe(201);
    expect(log.at('error')).toEqual([]);
  });
});

describe.each([
  { store: 'memory', environment: () => ({}) },
  { store: 'redis', environment: redisEnvironment },
])('a process whose clients go away ($store) (HTTP-15)', ({ environment }) => {
  it('is the same afterwards, and ends with 0 on SIGTERM', async () => {
    const example = await spawnExample(environment());
    const register = (): Promise<globalThis.Response> =>
      fetch(`${example.url}/oauth/register`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: REGISTRATION,
      });
    const { client_id } = (await (await register()).json()) as { client_id: string };
    const port = Number(new URL(example.url).port);
    const all = Object.values(requests(client_id));
    for (const [, until] of PHASES) {
      const starts = all.map((bytes) => bytes.slice(0, until(bytes)));
      await Promise.all(
        starts.flatMap((start) => [breakOff(port, start, 'end'), breakOff(port, start, 'reset')]),
      );
    }
    expect((await register()).status).toBe(201);
    // Throws unless the process ended by itself, with 0.
    await example.stop();
  });
});

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });
}
