import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SIGNING_KEY } from '../support/deployment.ts';
import { redisUrl } from '../support/redis-url.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const ENDS_WITHIN_MS = 30_000;

/** A host that serves one request, shuts down, and does nothing to end its process. */
const HOST = `
  import express from 'express';
  import { createAuthorizationServer, hostLogin, optionsFromEnv } from './lib/index.ts';
  const authorizationServer = createAuthorizationServer({
    ...optionsFromEnv(),
    login: hostLogin({ user: () => undefined, url: '/login' }),
  });
  const left = () =>
    process.getActiveResourcesInfo().filter((kind) => /^(TCP|Timeout|TLS)/.test(kind));
  const app = express().use(authorizationServer.router);
  const server = app.listen(0, async () => {
    const register = () => fetch('http://localhost:' + server.address().port + '/oauth/register', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Connection: 'close' },
      body: JSON.stringify({ redirect_uris: ['http://127.0.0.1:8765/callback'] }),
    });
    let response = await register();
    // On a busy machine the first contact with Redis takes longer than a request may.
    for (let more = 0; response.status !== Number(process.env.WANTED) && more < 20; more += 1) {
      await response.text();
      response = await register();
    }
    const { status } = await authorizationServer.health();
    const stopped = new Promise((resolve) => server.close(resolve));
    await response.text();
    await stopped;
    await authorizationServer.close();
    // The host's own sockets need some turns of the event loop to be gone.
    for (let turns = 0; turns < 1_000 && left().length > 0; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    console.log('RESULT ' + JSON.stringify({
      registered: response.status,
      health: status,
      left: left(),
    }));
  });
`;

async function run(
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; result: unknown; output: string }> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', HOST],
    { cwd: REPOSITORY, env: { PATH: process.env['PATH'] ?? '', ...env } },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const patience = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(patience);
  const [, result = 'null'] = /^RESULT (.*)$/m.exec(output) ?? [];
  return { code, result: JSON.parse(result) as unknown, output };
}

describe('after close() a process ends by itself, with nothing left open', () => {
  it.each([
    { store: 'memory', env: {} },
    {
      store: 'Redis',
      env: {
        DCR_REDIS_URL: redisUrl(),
        DCR_SECRET: 'a-secret-of-the-test-that-is-long-enough',
        DCR_SIGNING_KEYS: SIGNING_KEY,
      },
    },
    {
      store: 'Redis that is not there',
      env: {
        DCR_REDIS_URL: 'redis://127.0.0.1:1',
        DCR_SECRET: 'a-secret-of-the-test-that-is-long-enough',
        DCR_SIGNING_KEYS: SIGNING_KEY,
      },
      registered: 503,
    },
  ])('with $store', async ({ env, registered = 201 }) => {
    const { code, result, output } = await run({
      DCR_ISSUER: 'http://localhost:3000',
      WANTED: String(registered),
      ...env,
    });
    expect({ code, result, output: code === 0 ? '' : output }).toEqual({
      code: 0,
      result: { registered, health: expect.stringMatching(/^(ok|warn|fail)$/), left: [] },
      output: '',
    });
  });
});
