/**
 * Where the Redis server is, and how it gets there when it is not.
 *
 * The suites run on a real server: a test that is skipped for want of one would look like a test
 * that passed.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** One of them is asked for by its name or path where a machine has several. */
const { TEST_REDIS_SERVER: WANTED } = process.env;
const NAMES = WANTED ? [WANTED] : ['redis-server', 'valkey-server'];
const REMEDY =
  'The tests need a Redis server: install redis-server (apt-get install redis-server, brew install redis) or valkey-server and have it on PATH.';

/** Asked by Debian's packages before they start a service; 101 forbids it. */
const POLICY = '/usr/sbin/policy-rc.d';

/** The path of the server's binary; installs it where that can be done without asking. */
export function findRedisServer(): string {
  const found = onPath(NAMES);
  if (found) return found;
  if (WANTED) throw new Error(`TEST_REDIS_SERVER names no server that can be run: ${WANTED}`);
  if (!(process.getuid?.() === 0 && onPath(['apt-get']))) throw new Error(REMEDY);
  try {
    install();
  } catch (error) {
    throw new Error(REMEDY, { cause: error });
  }
  const installed = onPath(NAMES);
  if (!installed) throw new Error(REMEDY);
  return installed;
}

function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const paths = names.flatMap((name) => [
    ...(isAbsolute(name) ? [name] : []),
    ...folders.map((folder) => join(folder, name)),
  ]);
  return paths.find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function install(): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    execFileSync('apt-get', ['update'], { env, stdio: 'ignore' });
    execFileSync('apt-get', ['install', '-y', 'redis-server'], { env, stdio: 'ignore' });
  } finally {
    if (ours) rmSync(POLICY, { force: true });
  }
}
