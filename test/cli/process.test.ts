import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import type { Store } from '../../lib/storage/store.ts';
import { DAY, newClient } from '../contract/records.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { METADATA } from '../support/flow.ts';
import { freePort } from '../support/free-port.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { redisUrl } from '../support/redis-url.ts';
import { noteSecret } from '../support/secrets.ts';
import { command } from './run-process.ts';

describe('express-dcr as a process', () => {
  let bench: RedisBench;
  let store: Store;
  let made: TestApp;
  let env: Record<string, string>;

  beforeAll(() => {
    bench = createRedisBench(redisUrl());
    store = bench.createStore();
    const options = { store, signingKeys: SIGNING_KEY, registration: 'token' } as const;
    made = createTestApp({ clock: createClock(Date.now()), options });
    env = { DCR_REDIS_URL: redisUrl(), DCR_REDIS_PREFIX: bench.prefix };
  });
  afterAll(async () => {
    await made.server.close();
    await bench.close();
  });

  const registerWith = async (token: string): Promise<number> => {
    const answer = await supertest(made.app)
      .post('/oauth/register')
      .auth(token, { type: 'bearer' })
      .send(METADATA);
    return answer.status;
  };

  it('mints a token that opens registration at a running server, and revokes it', async () => {
    const created = await command(env, 'tokens', 'create', '--uses', '2', '--label', 'for a test');
    const token = created.stdout.trimEnd();
    noteSecret(token.slice('dcr_iat_'.length));
    expect(created.stdout).toMatch(/^dcr_iat_[\w-]{43}\n$/);
    expect(created.stderr).toMatch(/\nToken [0-9a-f]{16} is good for 2 clients until .*\n$/);
    expect(created.code).toBe(0);
    expect(await registerWith(token)).toBe(201);

    const listed = await command(env, 'tokens', 'list', '--json');
    const tokens = JSON.parse(listed.stdout) as { id: string; left: number; label: string }[];
    expect(tokens).toMatchObject([{ left: 1, uses: 2, label: 'for a test' }]);
    expect(listed).toMatchObject({ code: 0, stderr: '' });

    const revoked = await command(env, 'tokens', 'revoke', tokens[0]?.id ?? '');
    expect(revoked).toMatchObject({ code: 0, stdout: '' });
    expect(await registerWith(token)).toBe(401);
    expect(made.log.text()).not.toContain(token);
  });

  it.each([
    { name: 'where its answer goes to a terminal', more: {}, isPainted: true },
    { name: 'of somebody who wants none', more: { NO_COLOR: '1' }, isPainted: false },
    { name: 'where only its errors go to one', stream: 'stderr', more: {}, isPainted: false },
  ])('paints, or does not, $name', async ({ stream = 'stdout', more, isPainted }) => {
    // Stands for a terminal, which a test has none of.
    const preload = `--import=data:text/javascript,process.${stream}.isTTY=true`;
    const settings = {
      ...{ NODE_OPTIONS: preload, DCR_ISSUER: made.issuer, DCR_SCOPES_SUPPORTED: 'openid' },
      ...more,
    };
    const { code, stdout } = await command(settings, 'check', '--offline');
    const said = 'A server starts with this configuration.';
    const first = isPainted ? `\u001B[32m${said}\u001B[39m` : said;
    expect({ code, first: stdout.split('\n')[0] }).toEqual({ code: 0, first });
  });

  it('shows a client of a running server, and why it may ask for what', async () => {
    const client = newClient({ requested: 'openid', licence: { scopes: ['openid'] } });
    const { client_id: clientId } = client;
    await store.clients.insert(client, DAY);
    const settings = {
      ...{ ...env, DCR_ISSUER: made.issuer, DCR_REGISTRATION: 'token' },
      DCR_SECRET: 'a-secret-of-a-deployment-that-is-looked-at',
    };
    const listed = await command(settings, 'clients', 'list', '--unused', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject({
      clients: expect.arrayContaining([expect.objectContaining({ clientId })]),
    });
    const shown = await command(settings, 'clients', 'show', clientId, '--scope', 'openid email');
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(/openid +yes +the client registered with it, as its initial/);
    expect(shown.stdout).toMatch(/email +no +the initial access token that the client/);
  });

  it('checks a deployment beside a running server, and leaves the store as it is', async () => {
    await supertest(made.app).post('/oauth/register').send(METADATA);
    // The server counts what happens, and writes that when it likes.
    const kept = async (): Promise<string[]> =>
      (await bench.redis.keys(`${bench.prefix}*`)).filter((key) => !key.includes(':stats:')).sort();
    const before = await kept();
    const secret = 'a-secret-of-a-deployment-that-is-checked';
    const settings = { ...env, DCR_ISSUER: made.issuer, DCR_SECRET: secret };
    const good = await command(settings, 'check', '--json');
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(good.stdout)).toMatchObject({ ok: true, store: { owner: made.issuer } });
    const other = await command({ ...settings, DCR_ISSUER: 'https://other.example.com' }, 'check');
    expect(other).toMatchObject({ code: 1, stdout: '' });
    expect(other.stderr).toContain(`belongs to another issuer, ${made.issuer}:`);
    expect(good.stdout + other.stderr).not.toContain(secret);
    expect(before.length).toBeGreaterThan(0);
    expect(await kept()).toEqual(before);
  });

  it('checks a store that no server has used, and makes no key in it', async () => {
    const prefix = `${bench.prefix}other:`;
    const settings = {
      ...{ ...env, DCR_REDIS_PREFIX: prefix, DCR_ISSUER: made.issuer },
      DCR_SECRET: 'a-secret-of-a-deployment-that-is-checked',
    };
    const { code, stdout } = await command(settings, 'check');
    expect(code).toBe(0);
    expect(stdout).toContain('answers; no server has used it yet');
    expect(await bench.redis.keys(`${prefix}*`)).toEqual([]);
  });

  it.each([
    {
      name: 'names no Redis',
      settings: async () => ({ DCR_ALLOW_MEMORY_STORE: 'true' }),
      want: /^there is no store that a command could reach: set DCR_REDIS_URL,/,
    },
    {
      name: 'names it wrongly',
      settings: async () => ({ DCR_REDIS_URL: 'http://:hunter2@localhost' }),
      want: /\n {2}- store \(DCR_REDIS_URL\): /,
    },
    {
      name: 'names one that is away',
      settings: async () => ({
        DCR_REDIS_URL: `redis://:hunter2@127.0.0.1:${String(await freePort())}`,
      }),
      want: /^the store is unavailable \(/,
    },
  ])('mints nothing where the environment $name, and says so', async ({ settings, want }) => {
    const { code, stdout, stderr } = await command(await settings(), 'tokens', 'create');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(want);
    expect(stderr).not.toContain('hunter2');
    expect(stderr).not.toContain('    at ');
  });
});
