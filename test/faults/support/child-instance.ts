/**
 * Starts instances in processes of their own.
 *
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { InstanceOrder } from './instance-process.ts';
import type { Target } from './recorder.ts';

export interface ChildInstance extends Target {
  /** Ends it at once, wherever it is. */
  kill(): Promise<void>;
  /** Starts it again; it listens elsewhere then. */
  start(): Promise<void>;
  /** Stops it where it is, and lets it go on. */
  pause(): void;
  resume(): void;
}

/** Where nobody listens: the port of one that is gone may be somebody else's by now. */
const NOWHERE = 'http://127.0.0.1:1';

const SCRIPT = fileURLToPath(new URL('instance-process.ts', import.meta.url));

export async function startChildInstance(order: InstanceOrder): Promise<ChildInstance> {
  let child: ChildProcess | undefined;
  let origin = NOWHERE;
  const start = async (): Promise<void> => {
    const started = spawn(process.execPath, ['--import', 'tsx', SCRIPT, JSON.stringify(order)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child = started;
    const lines = createInterface({ input: started.stdout });
    const failed = once(started, 'exit').then(() => {
      throw new Error(`instance ${order.name} did not start`);
    });
    failed.catch(() => undefined);
    [origin] = (await Promise.race([once(lines, 'line'), failed])) as [string];
  };
  await start();
  return {
    name: order.name,
    get origin() {
      return origin;
    },
    start,
    kill: async () => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      origin = NOWHERE;
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
  };
}
