/**
 * The software bill of materials: what a host installs with the package, and what is inlined in it, in
 * the form of CycloneDX. npm lists everything, and what only development needs is taken out here:
 * its own `--omit dev` also takes out what both need (npm/cli issue 7909).
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { ROOT, textOf } from './files.ts';

export interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly unknown[];
  readonly hashes?: readonly unknown[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

export interface Sbom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** What package-lock.json says of a place in node_modules. */
interface Locked {
  readonly version: string;
  readonly name?: string;
  readonly dev?: boolean;
  readonly peer?: boolean;
}

/** Marks a component that is in the package itself; the value is the folder. */
export const INLINED = 'express-dcr:inlined';
const FOLDER = 'dist/cjs';

/** `name@version` of what comes with the package; the optional peers are the host's own. */
function shipped(): Set<string> {
  const { packages } = JSON.parse(textOf('package-lock.json')) as {
    packages: Readonly<Record<string, Locked>>;
  };
  const kept = Object.entries(packages).filter(
    ([path, { dev, peer }]) => path !== '' && !dev && !peer,
  );
  return new Set(
    kept.map(([path, { name, version }]) => {
      const folder = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return `${name ?? folder}@${version}`;
    }),
  );
}

/**
 * `name@version` of what the build inlined, by the notices that it left.
 *
 * @throws {Error} When nothing is built.
 */
export function inlined(): string[] {
  const headings = textOf(`${FOLDER}/THIRD-PARTY-NOTICES.md`).matchAll(/^# (\S+) (\d\S*)$/gm);
  return [...headings].map(([, name = '', version = '']) => `${name}@${version}`);
}

/** npm 10 lists what is installed in two places twice. */
function once<T>(all: readonly T[], keyOf: (one: T) => string): T[] {
  return [...new Map(all.map((one) => [keyOf(one), one])).values()];
}

/**
 * The list for what is built now.
 *
 * @throws {Error} When nothing is built, or something is inlined that is not locked.
 */
export function sbom(): Sbom {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'library'];
  const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: 100_000_000 } as const;
  const listed = JSON.parse(execFileSync('npm', [...args, '--package-lock-only'], options)) as Sbom;
  const { name } = JSON.parse(textOf('package.json')) as { name: string };

  const refs = shipped();
  const parts = new Set(inlined());
  const strangers = [...parts].filter((ref) => !refs.has(ref));
  if (strangers.length > 0) throw new Error(`build again: ${strangers.join(', ')} is not locked`);

  // npm names the package for the folder that it stands in.
  const root = { ...listed.metadata.component, name };
  return {
    ...listed,
    metadata: { ...listed.metadata, component: root },
    components: once(listed.components, (component) => component['bom-ref'])
      .filter((component) => refs.has(component['bom-ref']))
      .map((component) =>
        parts.has(component['bom-ref'])
          ? { ...component, properties: [{ name: INLINED, value: FOLDER }] }
          : component,
      ),
    dependencies: once(listed.dependencies, ({ ref }) => ref)
      .filter(({ ref }) => ref === root['bom-ref'] || refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((on) => refs.has(on)) })),
  };
}
