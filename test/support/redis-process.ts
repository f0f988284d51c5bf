/**
 * One process of a Redis server, in a folder and on a port of its own: a server, a replica, a node
 * of a Cluster or a Sentinel. Gone without a trace after.
 *
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Certificate } from './certificates.ts';
import { CLUSTER_BUS, freePort } from './free-port.ts';
import { findRedisServer } from './redis-binary.ts';

const START_WITHIN_MS = 20_000;
const STOP_WITHIN_MS = 2_000;
const ATTEMPTS = 5;
const LOG = 'redis.log';
/** Of memory, where there is one. */
const MEMORY_FOLDER = '/dev/shm';
const MEMORY_FOLDER_BYTES = 1024 ** 3;

/** The kinds of process that one binary can be. */
type Kind = 'server' | 'cluster' | 'sentinel';

export interface RedisProcess {
  readonly port: number;
  readonly pid: number;
  /** Holds its configuration, its data and {@link socket}. */
  readonly folder: string;
  /** Leads to it as well, past TLS and proxies: for looking at it from outside. */
  readonly socket: string;
  /** Of the user `default`; `undefined` where it needs none. */
  readonly password: string | undefined;
  /** Freezes the process: connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  /** Ends the process at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with what its folder holds. */
  restart(): Promise<void>;
  /** Ends the process and removes its folder. */
  stop(): Promise<void>;
}

export interface ProcessOptions {
  readonly kind?: Kind;
  /** As on a command line, such as `['--maxmemory', '4mb']`; the later ones count. */
  readonly options: readonly string[];
  /** Lines of configuration that contain more than a name and values. */
  readonly lines?: readonly string[];
  readonly password?: string | undefined;
  /** No file of its can become larger: what would be written then fails, as on a disk that is full. */
  readonly maxFileBytes?: number | undefined;
  /** Listen with TLS and nothing else, to clients with a certificate of this authority. */
  readonly tls?: Certificate & { readonly ca: string };
}

export async function startRedisProcess({
  kind = 'server',
  options,
  lines = [],
  password,
  maxFileBytes,
  tls,
}: ProcessOptions): Promise<RedisProcess> {
  const binary = findRedisServer();
  const folder = await mkdtemp(join(await dataFolder(), 'redis-test-'));
  const file = join(folder, 'redis.conf');
  const place = { folder, socket: join(folder, 'redis.sock'), password };
  const { socket } = place;
  const secret = password === undefined ? [] : ['--requirepass', password];
  if (password !== undefined && kind !== 'sentinel') secret.push('--masterauth', password);
  const command = [binary, file, ...(kind === 'sentinel' ? ['--sentinel'] : [])];
  const launch = (): Promise<ChildProcess> => launched(limited(command, maxFileBytes), place);

  let port = 0;
  let running: ChildProcess | undefined;
  for (let attempt = 1; !running; attempt += 1) {
    port = await freePort(kind === 'cluster' ? [CLUSTER_BUS] : []);
    const listen = tls ? await tlsOptions(folder, port, tls) : ['--port', String(port)];
    const here = ['--unixsocket', socket, '--dir', folder, '--logfile', join(folder, LOG)];
    const given = [...listen, ...here, ...secret, ...options];
    await writeFile(file, [...configuration(given), ...lines, ''].join('\n'));
    // Another process may take the port before the server does.
    running = await launch().catch(async (error: unknown) => {
      if (attempt < ATTEMPTS) return undefined;
      await rm(folder, { recursive: true, force: true });
      throw error;
    });
  }
  let child = running;
  let guard = guardOf(child, folder);

  return {
    port,
    ...place,
    get pid() {
      return child.pid ?? -1;
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    kill: () => ended(child, 'SIGKILL'),
    restart: async () => {
      await ended(child, 'SIGKILL');
      await ended(guard, 'SIGKILL');
      child = await launch();
      guard = guardOf(child, folder);
    },
    stop: async () => {
      child.kill('SIGCONT');
      await ended(child, 'SIGTERM');
      await ended(guard, 'SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Redis writes its append-only file before it answers: a disk that stands still for half a minute, as
 * that of a busy CI machine does, would hold up every test that runs then. Memory does not.
 */
async function dataFolder(): Promise<string> {
  const place = await statfs(MEMORY_FOLDER).catch(() => undefined);
  const isRoomy = place !== undefined && place.bavail * place.bsize >= MEMORY_FOLDER_BYTES;
  return isRoomy ? MEMORY_FOLDER : tmpdir();
}

async function tlsOptions(
  folder: string,
  port: number,
  { ca, cert, key }: Certificate & { readonly ca: string },
): Promise<string[]> {
  const file = (name: string): string => join(folder, name);
  await writeFile(file('ca.pem'), ca);
  await writeFile(file('server.pem'), cert);
  await writeFile(file('server-key.pem'), key, { mode: 0o600 });
  return [
    ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'yes'],
    ...['--tls-ca-cert-file', file('ca.pem')],
    ...['--tls-cert-file', file('server.pem'), '--tls-key-file', file('server-key.pem')],
  ];
}

/** Options as on a command line, as lines of a file, which the server may write anew. */
function configuration(options: readonly string[]): string[] {
  const lines: string[] = ['bind 127.0.0.1', 'daemonize no'];
  for (const option of options) {
    if (option.startsWith('--')) lines.push(option.slice(2));
    else lines.push(`${lines.pop() ?? ''} ${JSON.stringify(option)}`);
  }
  return lines;
}

type Place = Pick<RedisProcess, 'folder' | 'socket' | 'password'>;

/** The same process, which is told by an error and not by a signal that a file is too large. */
function limited(command: readonly string[], maxFileBytes: number | undefined): readonly string[] {
  if (maxFileBytes === undefined) return command;
  const blocks = String(Math.ceil(maxFileBytes / 512));
  return ['/bin/sh', '-c', `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`, 'limited', ...command];
}

/** Starts the process and waits until it answers. */
async function launched(
  [program = '', ...args]: readonly string[],
  place: Place,
): Promise<ChildProcess> {
  // A socket that a crash left behind would only refuse.
  await rm(place.socket, { force: true });
  const child = spawn(program, args, { stdio: 'ignore' });
  const deadline = Date.now() + START_WITHIN_MS;
  while (!(await ping(place))) {
    const isOver = child.exitCode !== null || child.signalCode !== null;
    if (isOver || Date.now() > deadline) {
      await ended(child, 'SIGKILL');
      throw new Error(`a Redis server did not start: ${await lastWords(place.folder)}`);
    }
    await wait(20);
  }
  return child;
}

/**
 * Waits for the end of our process, whatever its cause, then ends the server and removes its folder.
 * What it reads from is open as long as we live.
 */
function guardOf({ pid }: ChildProcess, folder: string): ChildProcess {
  const script = 'while read -r _; do :; done; kill -KILL "$1" 2>/dev/null; rm -rf "$2"';
  const guard = spawn('/bin/sh', ['-c', script, 'guard', String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A signal to the whole group, as from a terminal, does not reach it.
    detached: true,
  });
  guard.unref();
  (guard.stdin as Socket).unref();
  return guard;
}

async function lastWords(folder: string): Promise<string> {
  const log = await readFile(join(folder, LOG), 'utf8').catch(() => '');
  return log.trim().split('\n').slice(-3).join(' / ') || 'it said nothing';
}

/** Whether it answers, and has read its data. */
async function ping({ socket: path, password }: Place): Promise<boolean> {
  if (!(await exists(path))) return false;
  const socket = connect(path);
  socket.setTimeout(500, () => socket.destroy(new Error('no answer')));
  const login = password === undefined ? '' : `AUTH ${password}\r\n`;
  try {
    await once(socket, 'connect');
    socket.write(`${login}PING\r\n`);
    let reply = '';
    for await (const data of socket as AsyncIterable<Buffer>) {
      reply += data.toString();
      if (reply.includes('+PONG')) return true;
      if (/^-/m.test(reply)) return false;
    }
    return false;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function ended(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exit;
  clearTimeout(force);
}
