import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { ROOT } from '../house/files.ts';
import { ask, until } from '../support/redis-ask.ts';
import { PERSISTENT, startRedisServer } from '../support/redis-server.ts';
import { isRunning } from '../support/running.ts';

describe('a Redis server of the tests', () => {
  it.each([
    { name: 'loses its data when it is killed', options: [], want: null },
    { name: 'keeps its data where it is told to', options: PERSISTENT, want: 'a value' },
  ])('$name', async ({ options, want }) => {
    const server = await startRedisServer(options);
    try {
      await ask(server, 'SET', 'a-key', 'a value');
      const { pid, port } = server;
      await server.kill();
      expect(isRunning(pid)).toBe(false);
      await server.restart();
      expect(server.port).toBe(port);
      expect(await ask(server, 'GET', 'a-key')).toBe(want);
    } finally {
      await server.stop();
    }
    expect(isRunning(server.pid)).toBe(false);
    expect(existsSync(server.folder)).toBe(false);
  });

  it('says why it did not start', async () => {
    await expect(startRedisServer(['--user', 'a', '+no-such-command'])).rejects.toThrow(
      /no-such-command/,
    );
  });

  it('does not outlive who started it, however that ends, frozen or not', async () => {
    const script = `import { startRedisServer } from './test/support/redis-server.ts';
      const server = await startRedisServer();
      server.pause();
      console.log(server.pid, server.folder);
      process.kill(process.pid, 'SIGKILL');`;
    const args = ['--import', 'tsx', '--input-type=module', '-e', script];
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = '';
    child.stdout.on('data', (data: Buffer) => (told += data.toString()));
    await once(child, 'close');
    const [pid = '', folder = ''] = told.trim().split(' ');
    expect(Number(pid)).toBeGreaterThan(1);
    await until('both are gone', async () => !isRunning(Number(pid)) && !existsSync(folder));
  });
});
