import { describe, expect, it } from '@jest/globals';
import { filesOf, ROOT, textOf } from './files.ts';
import type { RepositoryFile } from './files.ts';

const MAX_LINES = 250;

const lib = filesOf('lib');
const code = [...lib, ...filesOf('test'), ...filesOf('example-app')];
const all = filesOf();
const locks = all.filter(({ path }) => path.endsWith('package-lock.json'));

/** `path:line` of every line a pattern is found in. */
function places(files: readonly RepositoryFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}`] : [])),
  );
}

describe('the sources', () => {
  it('are found', () => {
    expect(lib.length).toBeGreaterThan(0);
    expect(all.map(({ path }) => path)).toContain('package.json');
    expect(locks.map(({ path }) => path)).toContain('package-lock.json');
  });

  it(`have no file in lib of more than ${MAX_LINES} lines`, () => {
    const lines = ({ text }: RepositoryFile): number => text.replace(/\n$/, '').split('\n').length;
    expect(lib.filter((file) => lines(file) > MAX_LINES).map(({ path }) => path)).toEqual([]);
  });

  // The section sign is how the specifications number what is cited. A letter that looks like another
  // is a letter that a review cannot see, so everything else is written as an escape.
  it('are ASCII in lib, but for the section sign', () => {
    expect(places(lib, /[^\t\x20-\x7E\u00A7]/)).toEqual([]);
  });

  it('leave nothing to be done later', () => {
    expect(places(code, /\b(?:TO[D]O|FIX[M]E|X{3})\b/)).toEqual([]);
  });

  it('have names in kebab-case', () => {
    const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)+$/;
    const names = code.map(({ path }) => path.split('/').at(-1) ?? '');
    const given = ['README.md', '.npmrc'];
    expect(names.filter((name) => !given.includes(name) && !kebab.test(name))).toEqual([]);
  });

  it('read the environment only in lib/env and lib/cli', () => {
    const others = lib.filter(({ path }) => !/^lib\/(?:env\.ts|env\/|cli\/)/.test(path));
    const found = places(others, /^(?!\s*(?:\*|\/\/|\/\*)).*\bprocess\s*\.\s*env\b/);
    expect(found).toEqual([]);
  });
});

describe('the repository', () => {
  it('has a changelog entry for the version in package.json', () => {
    const { version } = JSON.parse(textOf('package.json')) as { version: string };
    const headings = textOf('CHANGELOG.md').split('\n');
    expect(headings.filter((line) => line.startsWith(`## [${version}]`))).toHaveLength(1);
  });

  it.each(locks)('records no download address in $path', ({ text }) => {
    const { packages } = JSON.parse(text) as {
      packages: Record<string, { resolved?: string }>;
    };
    expect(Object.keys(packages).length).toBeGreaterThan(1);
    expect(Object.keys(packages).filter((name) => packages[name]?.resolved)).toEqual([]);
  });

  it('names no package registry', () => {
    expect(places(all, /\bregistry\.[a-z-]+\.(?:org|com|net|dev|io)\b/i)).toEqual([]);
  });

  it('names no home directory of anybody', () => {
    expect(places(all, /(?<![\w.~-])\/(?:(?:home|Users)\/\w|root\/)/)).toEqual([]);
  });

  it('does not name the place where it is checked out', () => {
    // A place directly under the root, such as /app, is a word that may stand anywhere.
    const deep = ROOT.split(/[\\/]/).length > 2;
    const naming = all.filter(({ text }) => deep && text.includes(ROOT));
    expect(naming.map(({ path }) => path)).toEqual([]);
  });

  it('has the whole licence that package.json names', () => {
    const { license } = JSON.parse(textOf('package.json')) as { license: string };
    const text = textOf('LICENSE');
    expect(license).toBe('Apache-2.0');
    expect(text).toContain('Version 2.0, January 2004');
    expect(text).toContain('END OF TERMS AND CONDITIONS');
  });
});
