/**
 * A Redis server of our own on a free port of the loopback interface, gone without a trace after.
 *
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findRedisServer } from './redis-binary.ts';

const START_WITHIN_MS = 10_000;
const STOP_WITHIN_MS = 2_000;
const ATTEMPTS = 5;

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Freezes the process: connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  /** Ends the process at once, as a crash does; its data is lost. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  restart(): Promise<void>;
  /** Ends the process and removes its folder. */
  stop(): Promise<void>;
}

/** @param options - More arguments, such as `['--maxmemory', '4mb']`. */
export async function startRedisServer(options: readonly string[] = []): Promise<RedisServer> {
  const binary = findRedisServer();
  const folder = await mkdtemp(join(tmpdir(), 'redis-test-'));
  const launch = (port: number): Promise<ChildProcess> =>
    launched(binary, [...serverOptions(port, folder), ...options], port);

  let port = 0;
  let running: ChildProcess | undefined;
  for (let attempt = 1; !running; attempt += 1) {
    port = await freePort();
    // Another process may take the port before the server does.
    running = await launch(port).catch(async (error: unknown) => {
      if (attempt < ATTEMPTS) return undefined;
      await rm(folder, { recursive: true, force: true });
      throw error;
    });
  }
  let child = running;
  const orphanGuard = (): void => void child.kill('SIGKILL');
  process.on('exit', orphanGuard);

  return {
    url: `redis://127.0.0.1:${String(port)}`,
    port,
    get pid() {
      return child.pid ?? -1;
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    kill: () => ended(child, 'SIGKILL'),
    restart: async () => {
      child = await launch(port);
    },
    stop: async () => {
      process.off('exit', orphanGuard);
      child.kill('SIGCONT');
      await ended(child, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function serverOptions(port: number, folder: string): string[] {
  return [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
    ...['--save', '', '--appendonly', 'no', '--daemonize', 'no'],
    // One for each worker of Jest, whose numbers begin with 1.
    ...['--databases', '129'],
  ];
}

/** Starts the process and waits until it answers. */
async function launched(
  binary: string,
  options: readonly string[],
  port: number,
): Promise<ChildProcess> {
  const child = spawn(binary, options, { stdio: 'ignore' });
  const failed = once(child, 'exit').then(() => {
    throw new Error(`the Redis server on port ${String(port)} ended before it answered`);
  });
  failed.catch(() => undefined);
  try {
    await Promise.race([answers(port), failed]);
  } catch (error) {
    await ended(child, 'SIGKILL');
    throw error;
  }
  return child;
}

async function answers(port: number): Promise<void> {
  const deadline = Date.now() + START_WITHIN_MS;
  while (!(await ping(port))) {
    if (Date.now() > deadline) {
      throw new Error(`the Redis server on port ${String(port)} does not answer`);
    }
    await wait(20);
  }
}

async function ping(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(500, () => socket.destroy(new Error('no answer')));
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [reply] = (await once(socket, 'data')) as [Buffer];
    return reply.toString().startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function ended(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exit;
  clearTimeout(force);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
