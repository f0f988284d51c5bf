/**
 * Starting a contender, and asking it what it has used.
 *
 * @module
 */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ContenderName } from '../contenders/index.ts';
import { held } from './held.ts';
import type { Ready, Usage } from './messages.ts';

const SERVE = fileURLToPath(new URL('serve.ts', import.meta.url));

export interface ContenderProcess extends Ready {
  readonly name: ContenderName;
  /** Where requests go, in turn: one for each instance. */
  readonly origins: readonly string[];
  /** What its keys begin with. */
  readonly prefix: string;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly redisUrl: string;
  /** Where the profile of its processor time goes; none is made without it. */
  readonly profileTo?: string | undefined;
  /** That of another instance, to be one more of the same server. */
  readonly prefix?: string;
  /** Its own address, when nothing is said. */
  readonly issuer?: string;
  /** Whether it counts requests; it does when nothing is said. */
  readonly limited?: boolean;
  /** The part of a core that it is held to; it has what it can get when nothing is said. */
  readonly cores?: number | undefined;
}

export async function startContender(
  name: ContenderName,
  // Another prefix each time: in a store of somebody else's issuer this project serves nothing.
  {
    redisUrl,
    profileTo,
    prefix = `bench-${randomUUID()}:`,
    issuer = '',
    limited = true,
    cores,
  }: StartOptions,
): Promise<ContenderProcess> {
  const profile = profileTo === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileTo}`];
  const child = fork(SERVE, [name, redisUrl, prefix, issuer, limited ? 'limited' : 'unlimited'], {
    execArgv: [...profile, '--import', 'tsx'],
    env: { ...process.env, NODE_ENV: 'production' },
    // Its log is written, and goes nowhere.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const stopped = once(child, 'exit');
  const first = await Promise.race([once(child, 'message'), stopped]);
  if (child.exitCode !== null) throw new Error(`${name} does not start`);
  const [ready] = first as [Ready];
  const letGo = cores === undefined ? undefined : held(child.pid ?? 0, cores);
  if (cores !== undefined && !letGo)
    throw new Error('a process cannot be held to a part of a core');
  return {
    ...ready,
    name,
    prefix,
    origins: [ready.origin],
    async usage() {
      const answered = once(child, 'message');
      child.send('usage');
      const [usage] = (await answered) as [Usage];
      return usage;
    },
    async stop() {
      child.kill('SIGTERM');
      await stopped;
      letGo?.();
    },
  };
}
