import { describe, expect, it } from '@jest/globals';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, textOf } from '../house/files.ts';
import { at, run } from './support/run.ts';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

const TARBALL = at('express-dcr.tgz');
const INSTALLED = at('express-5', 'node_modules', 'express-dcr');
const { dependencies, scripts } = JSON.parse(textOf('package.json')) as Manifest;

/** All that is published. A star is a name of our guides; a hash, what Rollup calls a shared chunk. */
const WHITELIST = [
  ...['CHANGELOG.md', 'GLOSSARY.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json'],
  ...['index', 'resource', 'testing', 'shared-#'].flatMap((name) => [
    ...[`dist/cjs/${name}.cjs`, `dist/cjs/${name}.d.cts`],
    ...[`dist/esm/${name}.js`, `dist/esm/${name}.d.ts`],
  ]),
  ...['dist/cjs/THIRD-PARTY-NOTICES.md', 'dist/esm/cli.js'],
  ...['docs/*.md', 'docs/adr/*.md', 'docs/app-developers/*.md'],
  ...['README.md', 'Dockerfile', 'Dockerfile.dockerignore', 'compose.yaml', 'haproxy.cfg'].map(
    (name) => `docs/deploy/${name}`,
  ),
  ...['docs/deploy/make-secrets.sh', 'docs/deploy/kubernetes/*.yaml'],
  ...['docs/deploy/kubernetes/dcr.env'],
  ...['admin-client-desk', 'admin-overview-desk', 'consent-desk', 'login-choice-phone'].map(
    (name) => `docs/images/${name}.png`,
  ),
  ...['docs/images/bench.svg', 'docs/images/flow.svg'],
  ...['docs/operations/alerts.yml', 'docs/operations/dashboard.json'],
];

/** The line of the list that a file of the package would have to be in. */
function kindOf(path: string): string {
  return path
    .replace(/^(dist\/(?:cjs|esm)\/shared)-[\w-]{8}(?=\.)/, '$1-#')
    .replace(/^(docs(?:\/adr|\/app-developers)?\/)[a-z0-9-]+\.md$/, '$1*.md')
    .replace(/^(docs\/deploy\/kubernetes\/)[a-z-]+\.yaml$/, '$1*.yaml');
}

const ofOurs = (...path: readonly string[]): string => join(ROOT, 'node_modules', ...path);

describe('the package', () => {
  it.each([
    { name: 'publint', args: [ofOurs('publint', 'src', 'cli.js'), TARBALL, '--strict'] },
    {
      name: 'are the types wrong',
      args: [ofOurs('@arethetypeswrong', 'cli', 'dist', 'index.js'), TARBALL],
    },
  ])('has nothing that is found by $name', async ({ args }) => {
    const { stdout } = await run({ app: 'express-5', args });
    expect(stdout).toMatch(/All good!|No problems found/);
  });

  it('is as large as the README says', () => {
    const [, stated] = /([\d.]+) MB to download/.exec(textOf('README.md')) ?? [];
    const ratio = statSync(TARBALL).size / (Number(stated) * 1_000_000);
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  });

  it('has as many dependencies as the README says', () => {
    const [, stated] = /(\d+) direct dependencies/.exec(textOf('README.md')) ?? [];
    expect(Object.keys(dependencies)).toHaveLength(Number(stated));
  });

  it('runs nothing when it is installed', () => {
    const ofInstalling = ['preinstall', 'install', 'postinstall', 'prepare'];
    expect(Object.keys(scripts).filter((name) => ofInstalling.includes(name))).toEqual([]);
  });

  it('holds what is on the list, and nothing else', async () => {
    const { stdout } = await run({ app: 'express-5', program: 'tar', args: ['-tzf', TARBALL] });
    const paths = stdout.trim().split('\n');
    expect(paths.filter((path) => !path.startsWith('package/'))).toEqual([]);
    const kinds = new Set(paths.map((path) => kindOf(path.slice('package/'.length))));
    expect([...kinds].sort()).toEqual([...WHITELIST].sort());
  });

  it('keeps the licences of what is inlined, and inlines nothing else', () => {
    const notices = readFileSync(join(INSTALLED, 'dist', 'cjs', 'THIRD-PARTY-NOTICES.md'), 'utf8');
    const headings = notices.match(/^# \S+/gm);
    expect(headings).toEqual(['# eta', '# jose', '# oauth4webapi', '# openid-client']);
    expect(notices.match(/Permission is hereby granted, free of charge/g)).toHaveLength(4);
  });

  it('asks in CommonJS for nothing that is not installed with it or with Node', () => {
    const folder = join(INSTALLED, 'dist', 'cjs');
    const code = readdirSync(folder)
      .filter((name) => name.endsWith('.cjs'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('\n');
    const asked = [...code.matchAll(/^var \S+ = require\('([^.'][^']*)'\)/gm)].map(
      ([, name = '']) => name,
    );
    const installed = [...Object.keys(dependencies), 'express'];
    const isThere = (name: string): boolean =>
      name.startsWith('node:') ||
      installed.some((one) => name === one || name.startsWith(`${one}/`));
    expect(asked).toContain('express');
    expect(asked.filter((name) => !isThere(name))).toEqual([]);
  });
});
