/**
 * Runs what the apps of {@link makePlace} consist of, as processes of their own.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../support/free-port.ts';

/** A folder with an app in it. */
export type App = 'express-4' | 'express-5';

/** What was printed. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
}

export interface Run {
  readonly app: App;
  /** Node unless named. */
  readonly program?: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A path in the place. */
export function at(...path: readonly string[]): string {
  const place = process.env['CONSUMERS_PLACE'];
  if (place === undefined) throw new Error('run these tests by: npm run test:consumers');
  return join(place, ...path);
}

/** A tool that is installed there; its file, for Node to run. */
export const tool = (...path: readonly string[]): string => at('node_modules', ...path);

/**
 * Runs a program in an app's folder, with nothing of this process's environment but the path. The app
 * finds in `ISSUER` where to listen.
 *
 * @throws {Error} With all that was printed, when it does not succeed.
 */
export async function run({ app, program, args, env }: Run): Promise<Outcome> {
  const issuer = `http://localhost:${String(await freePort())}`;
  const { PATH = '', HOME = '' } = process.env;
  const options = { cwd: at(app), env: { PATH, HOME, ISSUER: issuer, ...env } };
  try {
    return await promisify(execFile)(program ?? process.execPath, args, options);
  } catch (error) {
    const { message, stdout, stderr } = error as Error & Outcome;
    throw new Error(`${message}\n${stdout}\n${stderr}`, { cause: error });
  }
}

/**
 * The program of a version of Node: of 20, the oldest one that will do.
 *
 * @throws {Error} when there is none: a version that is left out would look like one that works.
 */
export function nodeOf(major: number): string {
  const name = `node-${String(major)}-${process.platform}-${process.arch}`;
  const program = tool(name, 'bin', 'node');
  if (existsSync(program)) return program;
  if (Number.parseInt(process.versions.node, 10) === major) return process.execPath;
  throw new Error(
    `no Node ${String(major)} is known for this machine: run the tests with it, or add ${name} to test/consumers/tools/package.json`,
  );
}
