/**
 * Runs a sample of the documentation as the module that it stands for.
 *
 * @module
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { ENTRIES } from './compile-samples.ts';
import { ROOT } from './files.ts';
import { SURROUNDINGS, type Sample } from './samples.ts';

const FOLDER = join(ROOT, 'node_modules/.cache/samples');

let runs = 0;

/** What the sample exports. Each call runs it anew. */
export async function runSample(sample: Sample): Promise<Record<string, unknown>> {
  mkdirSync(FOLDER, { recursive: true });
  runs += 1;
  const name = `${basename(sample.path, '.ts')}-${String(process.pid)}-${String(runs)}.mjs`;
  const file = join(FOLDER, name);
  writeFileSync(file, scriptOf(sample));
  try {
    return (await import(file)) as Record<string, unknown>;
  } finally {
    rmSync(file);
  }
}

/** In JavaScript, with its imports as they are found from anywhere. */
function scriptOf(sample: Sample): string {
  const { outputText } = ts.transpileModule(sample.module, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  return outputText.replace(
    /(\bfrom\s+|\bimport\s+)'([^']+)'/g,
    (_whole, before: string, name: string) => `${before}'${placeOf(name)}'`,
  );
}

/** @param name - As in an import; a file of TypeScript may be called by what becomes of it. */
function placeOf(name: string): string {
  if (!name.startsWith('.')) return ENTRIES[name] ?? name;
  const places = SURROUNDINGS.map((folder) => join(folder, name.replace(/\.js$/, '.ts')));
  return places.find((place) => existsSync(place)) ?? name;
}
