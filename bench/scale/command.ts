/**
 * The command line as an operator has it: the built program, in a process of its own.
 *
 * @module
 */
import { execFile, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SCOPES } from '../contenders/contender.ts';
import { SECRET } from '../contenders/express-dcr.ts';
import type { Site } from './site.ts';

const CLI = fileURLToPath(new URL('../../dist/esm/cli.js', import.meta.url));
const run = promisify(execFile);

export interface RunningCommand {
  readonly child: ChildProcess;
  /** Rejects when it fails. */
  readonly ended: Promise<unknown>;
}

export function beginCommand(site: Site, words: readonly string[]): RunningCommand {
  const { server, redisUrl } = site;
  // Without the baseline that the clients were registered with, so that a sweep has something to do.
  const env = {
    PATH: process.env['PATH'] ?? '',
    DCR_ISSUER: server.origin,
    DCR_SECRET: SECRET,
    DCR_SCOPES_SUPPORTED: SCOPES.join(' '),
    DCR_REDIS_URL: redisUrl,
    DCR_REDIS_PREFIX: server.prefix,
  };
  // A list of clients in JSON is long.
  const ended = run(process.execPath, [CLI, ...words], { env, maxBuffer: 2 ** 30 });
  return { child: ended.child, ended };
}

/** @returns Seconds from the start of the process to its end. */
export async function commandSeconds(site: Site, words: readonly string[]): Promise<number> {
  const started = performance.now();
  await beginCommand(site, words).ended;
  return (performance.now() - started) / 1000;
}
