/**
 * The conformance tool of the Model Context Protocol, and the Node that it needs.
 *
 * Both live in a folder of their own, `test/conformance/tool`, with a lock file of its own: a `node`
 * among the binaries of this package would run every script of it, and the tool's dependencies are
 * not to decide which versions the tests run on.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const FOLDER = fileURLToPath(new URL('../tool', import.meta.url));
const NAME = '@modelcontextprotocol/conformance';
const OLDEST_NODE = 22;

/** A program and its first arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** Before all tests: installs what the lock file names, unless it is there. */
export default async function installTool(): Promise<void> {
  if (findTool() === undefined) await promisify(execFile)('npm', ['ci'], { cwd: FOLDER });
}

/**
 * How the tool is run.
 *
 * @throws {Error} when it cannot be: a suite that is skipped would look like one that passed.
 */
export function theTool(): Command {
  const tool = findTool();
  if (tool !== undefined) return tool;
  throw new Error(
    `The conformance tool needs Node ${String(OLDEST_NODE)}, and none is known for ${process.platform} on ${process.arch}: run the tests with it, or add it to ${FOLDER}/package.json.`,
  );
}

/** `undefined` unless the version that is wanted is installed, and a Node that can run it. */
function findTool(): Command | undefined {
  const program = findNode();
  const home = join(FOLDER, 'node_modules', NAME);
  if (program === undefined || !existsSync(home)) return undefined;
  const { version, bin } = manifest(home) as { version: string; bin: { conformance: string } };
  const { dependencies } = manifest(FOLDER) as { dependencies: Record<string, string> };
  if (version !== dependencies[NAME]) return undefined;
  return { program, args: [join(home, bin.conformance)] };
}

/** This one where it is new enough; else the one that the registry has for this machine. */
function findNode(): string | undefined {
  if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) return process.execPath;
  const program = ['node', 'node-bin']
    .map((name) => `${name}-${process.platform}-${process.arch}`)
    .map((name) => join(FOLDER, 'node_modules', name, 'bin', 'node'));
  return program.find((path) => existsSync(path));
}

function manifest(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
