import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { filesOf, ROOT, textOf } from './files.ts';

const documents = filesOf().filter(({ path }) => path.endsWith('.md'));

/** The text without what stands in code: a link in there is an example. */
function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
}

/** Where the links of a document lead, those to other sites left out. */
function relativeLinks(text: string): string[] {
  return [...prose(text).matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

/** The names by which the headings of a document can be linked to, as GitHub makes them. */
function anchors(text: string): Set<string> {
  const headings = text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} +(.+)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

describe('links in the documentation', () => {
  const links = documents.flatMap(({ path, text }) =>
    relativeLinks(text).map((link) => ({ path, link })),
  );

  it('are found', () => {
    expect(links.length).toBeGreaterThan(10);
  });

  it('lead to files that are there', () => {
    const broken = links.filter(({ path, link }) => {
      const [file = ''] = link.split('#', 1);
      return file !== '' && !existsSync(join(ROOT, dirname(path), decodeURI(file)));
    });
    expect(broken).toEqual([]);
  });

  it('lead to headings that are there', () => {
    const broken = links.filter(({ path, link }) => {
      const [file = '', anchor] = link.split('#', 2);
      const target = file === '' ? path : normalize(join(dirname(path), decodeURI(file)));
      if (anchor === undefined || !target.endsWith('.md')) return false;
      return !anchors(textOf(target)).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('lead from the README to every document, and not by way of the changelog', () => {
    const reached = new Set(['CHANGELOG.md']);
    const next = ['README.md'];
    for (let path = next.pop(); path !== undefined; path = next.pop()) {
      if (reached.has(path)) continue;
      reached.add(path);
      const from = path;
      const targets = links
        .filter((link) => link.path === from && !link.link.startsWith('#'))
        .map(({ link }) => normalize(join(dirname(from), decodeURI(link.split('#', 1)[0] ?? ''))))
        .map((target) => target.replace(/\/$/, ''));
      // A folder stands for what is in it.
      const found = documents.filter(
        (document) => targets.includes(document.path) || targets.includes(dirname(document.path)),
      );
      next.push(...found.map((document) => document.path));
    }
    const guides = documents.map(({ path }) => path).filter((path) => path.startsWith('docs/'));
    expect(guides.filter((path) => !reached.has(path))).toEqual([]);
  });
});

const TITLE =
  /(?:\b(?:it|describe)|\))\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`([^`]*)`)\s*,/g;

/** Without what stands in comments of their own lines: a test in there does not run. */
function code(text: string): string {
  return text.replace(/^\s*\/\/.*$/gm, '').replace(/^\s*\/\*[\s\S]*?\*\//gm, '');
}

/** The names of the tests and groups in a file, tables of tests included. */
function titlesIn(path: string): string[] {
  return [...code(textOf(path)).matchAll(TITLE)].map(([, single, double, template]) =>
    (single ?? double ?? template ?? '').replace(/\\(['"])/g, '$1'),
  );
}

/** Tests that are named, by their files, and are not there. */
function missingTests(named: readonly { path: string; tests: readonly string[] }[]): string[] {
  const titles = new Map<string, string[]>();
  return named.flatMap(({ path, tests }) => {
    if (!existsSync(join(ROOT, path))) return [`${path} is not there`];
    const known = titles.get(path) ?? titlesIn(path);
    titles.set(path, known);
    return tests.filter((name) => !known.includes(name)).map((name) => `${path}: ${name}`);
  });
}

describe('docs/traceability.md', () => {
  const DOCUMENT = 'docs/traceability.md';
  /** Section, requirement, a link to the file, and the names of tests in it, each as code. */
  const rows = textOf(DOCUMENT)
    .split('\n')
    .filter((line) => /^\| (?!Section|-)/.test(line))
    .map((line) => {
      const [, section = '', requirement = '', file = '', tests = ''] = line.split(/(?<!\\)\|/);
      return {
        section: section.trim(),
        requirement: requirement.trim(),
        path: normalize(join(dirname(DOCUMENT), /\]\(([^)]+)\)/.exec(file)?.[1] ?? '')),
        tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
      };
    });

  it('has rows, and each says a section, a requirement, a file and at least one test', () => {
    expect(rows.length).toBeGreaterThan(30);
    const incomplete = rows.filter(
      ({ section, requirement, path, tests }) =>
        section === '' || requirement === '' || !path.startsWith('test/') || tests.length === 0,
    );
    expect(incomplete).toEqual([]);
  });

  it('names tests that there are', () => {
    expect(missingTests(rows)).toEqual([]);
  });

  it.each([
    6749, 6750, 7517, 7518, 7591, 7617, 7636, 7638, 8252, 8414, 8707, 9068, 9126, 9207, 9700, 9728,
  ])('has RFC %i, for it is built', (rfc) => {
    expect(rows.some(({ section }) => section.startsWith(`RFC ${rfc} `))).toBe(true);
  });

  it.each(['Authorization', 'Discovery', 'Registration', 'Security', 'Best practices'])(
    'has what the Model Context Protocol asks: %s',
    (page) => {
      expect(rows.some(({ section }) => section.startsWith(`MCP ${page}, `))).toBe(true);
    },
  );
});

describe('docs/threat-model.md', () => {
  const DOCUMENT = 'docs/threat-model.md';

  /** A link to a file of tests, with the names that stand behind it, each as code. */
  const named = [
    ...textOf(DOCUMENT).matchAll(/\]\((\.\.\/test\/[^)]+\.ts)\)((?::|,) `[^`]+`)*/g),
  ].map(([whole, path = '']) => ({
    path: normalize(join(dirname(DOCUMENT), path)),
    tests: [...whole.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  }));

  it('names tests, and they are there', () => {
    expect(named.filter(({ tests }) => tests.length > 0).length).toBeGreaterThan(30);
    expect(missingTests(named)).toEqual([]);
  });

  it('names a test for each promise', () => {
    const [, table = ''] = /\n\| Promise .*\n([\s\S]*?)\n\n/.exec(textOf(DOCUMENT)) ?? [];
    const rows = table.split('\n').slice(1);
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.filter((row) => !row.includes('](../test/'))).toEqual([]);
  });
});
