import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { optionsFromEnv } from '../../lib/env.ts';
import { createAuthorizationServer, hostLogin, type AuthorizationServer } from '../../lib/index.ts';
import { createLogRecorder } from '../support/log-recorder.ts';
import { PATIENCE_MS } from '../support/stores.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';
import { composeFile, kubernetesEnvironment } from './deploy-files.ts';
import { ROOT, textOf } from './files.ts';

type Settings = Readonly<Record<string, string>>;

let folder: string;
let redis: RedisServer | undefined;
const running: AuthorizationServer[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deploy-'));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
  await redis?.stop();
  redis = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function makeSecrets(): void {
  execFileSync('sh', [join(ROOT, 'docs/deploy/make-secrets.sh')], { cwd: folder });
}

const secret = (name: string): string => join(folder, 'secrets', name);

/** Redis with the settings of compose.yaml. */
async function composeRedis(): Promise<RedisServer> {
  const [program, ...options] = composeFile().services['redis']?.command ?? [];
  expect(program).toBe('redis-server');
  redis = await startRedisServer(options.map(here));
  return redis;
}

/** Where a file is that a container would find below /run/secrets. */
function here(value: string): string {
  return value.replace(/^\/run\/secrets\/(?:dcr\/)?(.+)$/, (_, name: string) => secret(name));
}

/** An instance with these settings, which knows no other environment. */
function instance(settings: Settings): AuthorizationServer {
  const env = Object.entries(settings).map(([name, value]) => [name, here(value)]);
  const server = createAuthorizationServer({
    ...optionsFromEnv(Object.fromEntries(env) as Settings),
    login: hostLogin({ user: () => undefined, url: '/login' }),
    logger: createLogRecorder().logger,
  });
  running.push(server);
  return server;
}

/** What is not well once the keys are known, which is looked after in the background. */
async function complaints(server: AuthorizationServer): Promise<unknown[]> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { conditions } = await server.health();
    const found = conditions.filter(({ status }) => status !== 'ok');
    const isEarly = found.some(({ reason }) => reason === 'not-loaded');
    if (!isEarly || Date.now() > deadline) return found;
    await wait(50);
  }
}

describe('make-secrets.sh', () => {
  it('makes each file once, in a folder that nobody else on the machine can open', () => {
    makeSecrets();
    const read = (): string[] =>
      readdirSync(join(folder, 'secrets')).map((name) => readFileSync(secret(name), 'utf8'));
    const made = read();
    expect(made).toHaveLength(3);
    expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700);
    makeSecrets();
    expect(read()).toEqual(made);
  });

  it('lets the app do in Redis what the guide lists, and nothing else', () => {
    const [, listed = ''] =
      /`ACL SETUSER dcr on >password ([^`]+)`/.exec(textOf('docs/redis.md')) ?? [];
    makeSecrets();
    expect(readFileSync(secret('redis-users.acl'), 'utf8')).toContain(` ${listed}\n`);
  });
});

describe('the settings of docs/deploy', () => {
  it('make two instances that are well, on a Redis that is: compose.yaml', async () => {
    makeSecrets();
    const { url } = await composeRedis();
    for (const name of ['app-1', 'app-2']) {
      const { environment = {} } = composeFile().services[name] ?? {};
      const server = instance({ ...environment, DCR_REDIS_URL: url });
      expect(await complaints(server)).toEqual([]);
    }
  });

  it('let whoever has no password ask whether Redis is there, and nothing more', async () => {
    makeSecrets();
    const client = new Redis((await composeRedis()).url, { enableReadyCheck: false });
    try {
      expect(await client.ping()).toBe('PONG');
      await expect(client.get('dcr:issuer')).rejects.toThrow('NOPERM');
    } finally {
      client.disconnect();
    }
  });

  it('make an instance that is well: the manifests for Kubernetes', async () => {
    makeSecrets();
    const { port } = await composeRedis();
    const password = readFileSync(secret('redis-password'), 'utf8');
    writeFileSync(secret('redis-url'), `redis://dcr:${password}@127.0.0.1:${String(port)}\n`);
    expect(await complaints(instance(kubernetesEnvironment()))).toEqual([]);
  });
});
