/**
 * Compiles samples as an app developer would: strictly, and with the package by its name.
 *
 * @module
 */
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './files.ts';
import { SURROUNDINGS, type Sample } from './samples.ts';

/** The entries of the package, and what they are in this checkout. */
export const ENTRIES: Readonly<Record<string, string>> = {
  'express-dcr': join(ROOT, 'lib/index.ts'),
  'express-dcr/resource': join(ROOT, 'lib/resource.ts'),
  'express-dcr/testing': join(ROOT, 'lib/testing.ts'),
};

/**
 * What is wrong with them, each with its place in the documentation. One program has them all, but for
 * the guides about other packages: each of those says for itself what `req.auth` is.
 */
export function mistakesIn(samples: readonly Sample[]): string[] {
  const programs = new Map<string, Sample[]>();
  for (const sample of samples) {
    const name = isGuide(sample) ? sample.document : '';
    programs.set(name, [...(programs.get(name) ?? []), sample]);
  }
  return [...programs.values()].flatMap(mistakesTogether);
}

function isGuide({ document }: Sample): boolean {
  return document.startsWith('docs/migrate-');
}

function mistakesTogether(samples: readonly Sample[]): string[] {
  const options = { ...compilerOptions(), ...(samples.some(isGuide) && BUNDLED) };
  const rootNames = samples.map(({ path }) => path);
  const program = ts.createProgram({ rootNames, options, host: hostWith(samples, options) });
  return samples.flatMap((sample) => {
    const file = program.getSourceFile(sample.path);
    const found = [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ];
    return found.map((diagnostic) => told(sample, diagnostic));
  });
}

/** The types of mcp-oauth-server are found in no other way. */
const BUNDLED: ts.CompilerOptions = {
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};

/** As in this repository, but for what few apps turn on. */
function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) =>
    ts.sys.readFile(path),
  ) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  return {
    ...options,
    incremental: false,
    exactOptionalPropertyTypes: false,
    skipLibCheck: true,
    paths: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, [path]])),
    rootDirs: [...SURROUNDINGS],
  };
}

/** The file system, and the samples in it. */
function hostWith(samples: readonly Sample[], options: ts.CompilerOptions): ts.CompilerHost {
  const modules = new Map(samples.map(({ path, module }) => [path, module]));
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    fileExists: (path) => modules.has(path) || host.fileExists(path),
    readFile: (path) => modules.get(path) ?? host.readFile(path),
    getSourceFile: (path, target, ...rest) => {
      const text = modules.get(path);
      if (text === undefined) return host.getSourceFile(path, target, ...rest);
      return ts.createSourceFile(path, text, target);
    },
  };
}

function told(sample: Sample, { file, start, messageText }: ts.Diagnostic): string {
  const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line : 0;
  const text = ts.flattenDiagnosticMessageText(messageText, ' ');
  const [document, first] = sample.place.split(':');
  const inSample = line - sample.linesBefore;
  const isAround = inSample < 0 || inSample >= sample.code.split('\n').length - 1;
  const where = isAround
    ? `${sample.place} (its surroundings)`
    : `${String(document)}:${String(Number(first) + 1 + inSample)}`;
  return `${where}: ${text}`;
}
