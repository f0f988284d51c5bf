import { describe, expect, it } from '@jest/globals';
import { filesOf, textOf } from './files.ts';

interface Locked {
  readonly dev?: boolean;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** What npm runs by itself where a package is installed; `prepare` too, from a repository. */
const AT_INSTALL = ['preinstall', 'install', 'postinstall', 'prepare'];

/** Whose scripts run where this project is developed, and what for. */
const ALLOWED = new Map([
  ['@parcel/watcher', 'builds what jest watches files with, where none is built already'],
  ['esbuild', 'checks that the binary is the one of this machine'],
  ['unrs-resolver', 'the same, for the resolver of jest'],
]);

const manifestOf = (path: string): Manifest => JSON.parse(textOf(path)) as Manifest;

const lockFiles = filesOf()
  .filter(({ path }) => path.endsWith('package-lock.json'))
  .map(({ path, text }) => ({
    path,
    packages: Object.entries((JSON.parse(text) as { packages: Record<string, Locked> }).packages)
      // Without the name it is the project itself.
      .filter(([place]) => place !== '')
      .map(([place, locked]) => ({ name: place.replace(/^.*node_modules\//, ''), place, locked })),
  }));
const root = lockFiles.find(({ path }) => path === 'package-lock.json')?.packages ?? [];
const manifest = manifestOf('package.json');

const scriptsOf = ({ scripts = {} }: Manifest): string[] =>
  AT_INSTALL.filter((name) => name in scripts);

describe('what is installed with this package', () => {
  const shipped = root.filter(({ locked }) => locked.dev !== true);

  it('runs no script when it is installed', () => {
    expect(scriptsOf(manifest)).toEqual([]);
    const running = shipped.filter(
      ({ place, locked }) =>
        locked.hasInstallScript === true ||
        scriptsOf(manifestOf(`${place}/package.json`)).some((name) => name !== 'prepare'),
    );
    expect(shipped.length).toBeGreaterThan(Object.keys(manifest.dependencies ?? {}).length);
    expect(running.map(({ name }) => name)).toEqual([]);
  });

  it('has its reason, what else there was and who keeps it up in decision 0002, and nothing else has', () => {
    const rows = textOf('docs/adr/0002-runtime-dependencies.md').matchAll(
      /^\| `([^`]+)` +\|(.+)\|$/gm,
    );
    const explained = Array.from(rows, ([, name, cells = '']) => ({
      name,
      empty: cells.split('|').filter((cell) => cell.trim() === ''),
    }));
    expect(explained.map(({ name }) => name)).toEqual(Object.keys(manifest.dependencies ?? {}));
    expect(explained.flatMap(({ empty }) => empty)).toEqual([]);
  });
});

describe('what is installed where this project is developed', () => {
  it.each(lockFiles)('is held by its digest, from wherever it comes: $path', ({ packages }) => {
    const loose = packages.filter(({ locked }) => locked.integrity === undefined);
    expect(packages.length).toBeGreaterThan(0);
    expect(loose.map(({ place }) => place)).toEqual([]);
    expect(packages.filter(({ locked }) => locked.resolved !== undefined)).toEqual([]);
  });

  it('runs the scripts that are known, and no others', () => {
    const running = root.filter(({ locked }) => locked.hasInstallScript === true);
    expect([...new Set(running.map(({ name }) => name))].sort()).toEqual([...ALLOWED.keys()]);
  });
});
