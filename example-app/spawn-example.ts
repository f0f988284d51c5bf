/**
 * The example as a process of its own, the way `npm start` runs it.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { freePort } from '../test/support/free-port.ts';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 30_000;

/** A running example. */
export interface SpawnedExample {
  readonly url: string;
  readonly pid: number;
  /** What it wrote until it was listening. */
  readonly greeting: string;
  /** Sends a signal. Resolves with the exit code when the process has ended; `null` after a kill. */
  signal(name: 'SIGTERM' | 'SIGINT'): Promise<number | null>;
  /** Stops it. @throws {Error} when it does not end by itself, with 0. */
  stop(): Promise<void>;
}

type Settings = Readonly<Record<string, string>>;

/**
 * Starts the example on a free port.
 *
 * @param given - Its whole `DCR_*` environment, nothing is inherited; or a function that makes it
 * from the address, for an issuer of its own.
 * @param flags - Of the command line, such as `--upstream`.
 */
export async function spawnExample(
  given: Settings | ((url: string) => Settings),
  flags: readonly string[] = [],
): Promise<SpawnedExample> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const settings = typeof given === 'function' ? given(url) : given;
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('DCR_') && name !== 'NODE_ENV',
  );
  const child = spawn(process.execPath, ['--import', 'tsx', 'example-app/server.ts', ...flags], {
    cwd: REPOSITORY,
    env: { ...Object.fromEntries(inherited), ...settings, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  void exited.then(() => process.off('exit', kill));

  let output = '';
  const listening = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.includes('Notes is running') && output.includes('Its "scope"')) resolve();
      });
  });
  const late = AbortSignal.timeout(START_DEADLINE_MS);
  const isListening = await Promise.race([
    listening.then(() => true),
    exited.then(() => false),
    once(late, 'abort').then(() => false),
  ]);
  if (!isListening) {
    kill();
    throw new Error(`the example did not start:\n${output}`);
  }

  return {
    url,
    pid: child.pid ?? -1,
    greeting: output,
    async signal(name) {
      child.kill(name);
      const [code] = await exited;
      return code;
    },
    async stop() {
      const deadline = setTimeout(kill, STOP_DEADLINE_MS);
      child.kill('SIGTERM');
      const [code] = await exited;
      clearTimeout(deadline);
      if (code !== 0) throw new Error(`the example did not stop cleanly:\n${output}`);
    },
  };
}
