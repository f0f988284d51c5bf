/**
 * Whether manifests are what the types of Kubernetes say, unknown members included: the compiler
 * reads them as object literals.
 *
 * @module
 */
import ts from 'typescript';
import { ROOT } from './files.ts';
import type { Manifest } from './deploy-files.ts';

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  skipLibCheck: true,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es5.d.ts'],
  types: [],
};

/** @returns What is wrong with any of them, one text for each finding. */
export function kubernetesProblems(manifests: readonly Manifest[]): string[] {
  const lines = manifests.map(({ kind, apiVersion, ...rest }, i) => {
    // The folder is the first label of the group: networking/v1 for networking.k8s.io/v1; v1 alone is core.
    const [group = '', version] = apiVersion.split('/');
    const path =
      version === undefined ? `core/${group}` : `${group.split('.')[0] ?? ''}/${version}`;
    const type = `import('kubernetes-types/${path}').${kind}`;
    return `export const m${String(i)}: ${type} = ${JSON.stringify({ kind, apiVersion, ...rest })};`;
  });
  return compiled(`${ROOT}/manifest.ts`, lines.join('\n'));
}

function compiled(name: string, source: string): string[] {
  const host = ts.createCompilerHost(OPTIONS);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === name || fileExists(path);
  host.getSourceFile = (path, options) =>
    path === name ? ts.createSourceFile(path, source, options) : getSourceFile(path, options);
  const program = ts.createProgram([name], OPTIONS, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}
