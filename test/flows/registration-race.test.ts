import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, request, Agent, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestApp } from '../support/app.ts';
import {
  inHeader,
  INVALID_CLIENT,
  refreshForm,
  tokenRequestAs,
  WEB_REDIRECT_URI,
  type ConfidentialClient,
} from '../support/confidential.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { STORE_KINDS } from '../support/stores.ts';

const COUNT = 1000;
const BODY = JSON.stringify({
  redirect_uris: [WEB_REDIRECT_URI],
  token_endpoint_auth_method: 'client_secret_basic',
});

/** An instance that listens, for a thousand requests want connections that are kept. */
async function listen({ app }: TestApp): Promise<Server> {
  const server = createServer((req, res) => void app(req, res));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

async function registerAt(server: Server, agent: Agent): Promise<ConfidentialClient> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const req = request({
      ...{ agent, port, host: '127.0.0.1', path: '/oauth/register', method: 'POST' },
      headers: { 'Content-Type': 'application/json' },
    });
    req.on('error', reject);
    req.on('response', (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (res.statusCode === 201) resolve(JSON.parse(text) as ConfidentialClient);
        else reject(new Error(`${String(res.statusCode)} ${text}`));
      });
    });
    req.end(BODY);
  });
}

/** How many different characters stand at each place. */
function varietyOf(texts: readonly string[]): number[] {
  const length = Math.max(...texts.map((text) => text.length));
  return Array.from({ length }, (_, at) => new Set(texts.map((text) => text[at])).size);
}

describe.each(STORE_KINDS)('a thousand registrations at two instances at once ($kind)', (kind) => {
  let deployment: TestDeployment;
  let servers: readonly Server[];
  let instances: readonly [TestApp, TestApp];
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });

  beforeEach(async () => {
    deployment = createDeployment(kind);
    instances = [deployment.start(), deployment.start()];
    servers = await Promise.all(instances.map(listen));
  });
  afterEach(async () => {
    agent.destroy();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    await deployment.close();
  });

  it('give a thousand ids and secrets that have nothing in common (REG-38)', async () => {
    const clients = await Promise.all(
      Array.from({ length: COUNT }, (_, index) =>
        registerAt(servers[index % servers.length]!, agent),
      ),
    );
    const ids = clients.map(({ client_id }) => client_id);
    const secrets = clients.map(({ client_secret }) => client_secret);
    expect(new Set(ids).size).toBe(COUNT);
    expect(new Set(secrets).size).toBe(COUNT);
    expect(secrets.filter((secret) => !/^[A-Za-z0-9_-]{43}$/.test(secret))).toEqual([]);

    // 64 characters at each place of a secret; the last has 4 bits, so 16 of them.
    const variety = varietyOf(secrets);
    expect(Math.min(...variety.slice(0, -1))).toBeGreaterThan(48);
    expect(variety.at(-1)).toBe(16);
    // Four places of a UUID are dashes, one is the version, one the variant.
    const [least = 0, ...more] = varietyOf(ids).sort((a, b) => a - b);
    expect([least, ...more.slice(0, 4)]).toEqual([1, 1, 1, 1, 1]);
    expect(more[4]).toBe(4);
    expect(Math.min(...more.slice(5))).toBe(16);

    // Each is kept, and known to the instance that did not make it; a neighbour's secret opens nothing.
    for (const index of [0, 1, COUNT - 1]) {
      const client = clients[index]!;
      const other = instances[index % 2 === 0 ? 1 : 0].app;
      const known = await tokenRequestAs(other, inHeader(client), refreshForm('x'));
      expect({ status: known.status, body: known.body }).toMatchObject({
        status: 400,
        body: { error: 'invalid_grant' },
      });
      const client_secret = secrets[(index + 1) % COUNT]!;
      const mixed = { ...client, client_secret };
      const refused = await tokenRequestAs(other, inHeader(mixed), refreshForm('x'));
      expect({ status: refused.status, body: refused.body }).toEqual({
        status: 401,
        body: INVALID_CLIENT,
      });
    }
  });
});
