/**
 * Hooks of the loader of Node: what is in lib is instrumented as it is loaded. They run in a thread of
 * their own, so that branches are numbered here.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { instrumented } from './instrument.ts';

interface Loaded {
  readonly format: string;
  readonly source: string;
  readonly shortCircuit: true;
}

type NextLoad = (url: string, context: object) => Promise<Loaded>;

const LIB = new URL('../../../lib/', import.meta.url).href;
let next = 0;

export async function load(url: string, context: object, nextLoad: NextLoad): Promise<Loaded> {
  const [file = ''] = url.split('?', 1);
  if (!file.startsWith(LIB) || !file.endsWith('.ts')) return nextLoad(url, context);
  const source = await readFile(fileURLToPath(file), 'utf8');
  const { code, branches } = instrumented(source, file.slice(LIB.length), next);
  next += branches;
  return { format: 'module', source: code, shortCircuit: true };
}
