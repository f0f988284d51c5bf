import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import type { ClientRecord } from '../../lib/storage/store.ts';
import { begin, command } from '../cli/run-process.ts';
import { DAY, newClient } from '../contract/records.ts';
import { createTestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { Browser, createPkce, registeredClientId } from '../support/flow.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { monitor } from '../support/redis-monitor.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';
import { noted } from '../support/secrets.ts';

const ISSUER = 'https://as.example.com';
const WIDE_ENV = {
  DCR_ISSUER: ISSUER,
  DCR_SCOPES_SUPPORTED: 'openid offline_access mcp:read',
  DCR_BASELINE_SCOPES: 'offline_access mcp:read',
  DCR_SECRET: noted(randomBytes)(32).toString('base64url'),
};

const scopesOf = (record: ClientRecord | undefined): string =>
  record?.registered.scopes.map(({ scope }) => scope).join(' ') ?? 'gone';

describe('clients under a changed policy, on a Redis of their own', () => {
  let server: RedisServer;
  let bench: RedisBench;
  let store: RedisStore;
  beforeEach(async () => {
    server = await startRedisServer();
    bench = createRedisBench(server.url);
    store = bench.createStore();
  });
  afterEach(async () => {
    await bench.close();
    await server.stop();
  });

  it('reading a client by another policy is a GET, and nothing else', async () => {
    const start = (options: object): Express => {
      const shared = { issuer: ISSUER, store, signingKeys: SIGNING_KEY, ...options };
      return createTestApp({ clock: createClock(Date.now()), options: shared }).app;
    };
    const scopesSupported = ['openid', 'offline_access', 'mcp:read'];
    const narrow = start({ scopesSupported });
    const wide = start({ scopesSupported, baselineClientScopes: ['mcp:read'] });
    const client_id = await registeredClientId(narrow, { scope: 'openid' });
    const watch = await monitor(server);
    for (const app of [narrow, wide, narrow]) {
      const browser = new Browser(app, 'alice');
      await browser.authorize(client_id, createPkce(), { scope: 'mcp:read' });
    }
    const executed = (await watch.stop()).flatMap(({ calls, ...command }) => [command, ...calls]);
    const key = `${bench.prefix}client:{0}:${client_id}`;
    const ofClient = executed.filter(({ args }) => args.includes(key)).map(({ name }) => name);
    expect(ofClient).toEqual(['get', 'get', 'get']);
  });

  it('a command that is killed leaves whole records, and another one goes on', async () => {
    const clients = Array.from({ length: 2_000 }, () => newClient({ requested: 'openid' }));
    await Promise.all(clients.map((client) => store.clients.insert(client, DAY)));
    const given = {
      ...WIDE_ENV,
      DCR_REDIS_URL: server.url,
      DCR_REDIS_PREFIX: bench.prefix,
    };
    const { child, ended } = begin(given, 'reconcile', '--json');
    await Promise.race([once(child.stdout, 'data'), ended]);
    child.kill('SIGKILL');
    // On a machine that stands still it may have been faster.
    expect([null, 0]).toContain((await ended).code);
    const halfway = await Promise.all(clients.map((c) => store.clients.find(c.client_id)));
    for (const record of halfway) {
      expect(['read profile', 'openid offline_access mcp:read']).toContain(scopesOf(record));
    }
    const { code, stderr } = await command(given, 'reconcile');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^Looked at 2000 clients\. /),
    });
    const after = await Promise.all(clients.map((c) => store.clients.find(c.client_id)));
    expect(new Set(after.map(scopesOf))).toEqual(new Set(['openid offline_access mcp:read']));
  });
});
