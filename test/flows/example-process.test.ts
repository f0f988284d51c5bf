import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { spawnExample } from '../../example-app/spawn-example.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the example until it ends by itself. */
async function run(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'example-app/server.ts'], {
    cwd: REPOSITORY,
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

describe('the example app as a process', () => {
  it('widens a narrow registration, and stops cleanly on SIGTERM', async () => {
    const example = await spawnExample({ DCR_BASELINE_SCOPES: 'offline_access notes:write' });
    const response = await fetch(`${example.url}/oauth/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        redirect_uris: ['http://127.0.0.1:8765/callback'],
        scope: 'notes:read',
      }),
    });
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ scope: 'notes:read offline_access notes:write' });
    // Throws unless the process ended by itself, with 0.
    await example.stop();
  });

  it('does not start with a bad configuration, and says everything that is wrong with it', async () => {
    const { code, output } = await run({
      DCR_BASELINE_SCOPES: 'offline_access admin:read',
      DCR_BASLINE_SCOPES: 'openid',
      DCR_CODE_TTL: 'soon',
      DCR_REDIS_URL: 'redis://:hunter2@localhost:1',
    });
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([
      'express-dcr cannot start with this configuration:',
      '  - environment (DCR_BASLINE_SCOPES): is not a known variable; did you mean DCR_BASELINE_SCOPES? [ERR_DCR_VARIABLE_UNKNOWN]',
      '  - codeTtlSeconds (DCR_CODE_TTL): "soon" is not a duration such as 900, 15m, 1h or 30d [ERR_DCR_VARIABLE_INVALID]',
      '  - baselineClientScopes (DCR_BASELINE_SCOPES): baseline_client_scopes contains "admin:read" which is not in scopes_supported [ERR_DCR_SCOPE_NOT_SUPPORTED]',
      expect.stringContaining(
        '  - secret (DCR_SECRET): is required with a shared store; make one with: node -p',
      ),
      expect.stringContaining('Read on: express-dcr/docs/errors.md#err_dcr_variable_unknown'),
    ]);
    expect(output).not.toContain('hunter2');
  });

  it('makes a secret and a signing key that it accepts with the commands it names', async () => {
    const { output } = await run({
      DCR_REDIS_URL: 'redis://localhost:1',
      DCR_SIGNING_KEYS: 'none',
    });
    const commands = [...output.matchAll(/make one with: (node -p .+)/g)].map(([, line]) => line);
    expect(commands).toHaveLength(2);
    const [secret = '', signingKey = ''] = await Promise.all(commands.map((line) => shell(line)));
    const example = await spawnExample({ DCR_SECRET: secret, DCR_SIGNING_KEYS: signingKey });
    await example.stop();
  });

  it('says in one line that its port is taken', async () => {
    const server = createServer().listen(0);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, output } = await run({ PORT: String(port) });
    server.close();
    expect(code).toBe(1);
    expect(output).toContain(`Port ${String(port)} is in use.`);
    expect(output).not.toContain('    at ');
  });
});

async function shell(line = ''): Promise<string> {
  const child = spawn('sh', ['-c', line], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(child, 'close');
  return output.trim();
}
