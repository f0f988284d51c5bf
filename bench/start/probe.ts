/**
 * Starting a process that is to be looked at.
 *
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { ROOT } from './modules.ts';

/**
 * As if its source stood in the folder of the package: there it finds the package by its name, and the
 * dependencies that the package finds.
 */
export function startProbe(name: string, words: readonly string[]): ChildProcess {
  const source = readFileSync(new URL(`${name}.mjs`, import.meta.url), 'utf8');
  return spawn(process.execPath, ['--input-type=module', '-e', source, ...words], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production' },
    // The log of a server goes nowhere.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
}

/** What it says in JSON before it ends. */
export async function answerOf(name: string, words: readonly string[]): Promise<unknown> {
  const child = startProbe(name, words);
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${name} ${words.join(' ')} ended with ${String(code)}`);
  return JSON.parse(said);
}
