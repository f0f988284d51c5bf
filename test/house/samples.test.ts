import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import supertest from 'supertest';
import type { AuthorizationServer } from '../../lib/authorization-server.ts';
import { mistakesIn } from './compile-samples.ts';
import { filesOf } from './files.ts';
import { runSample } from './run-sample.ts';
import { allSamples, sampleNamed, samplesIn, type Sample } from './samples.ts';

const samples = allSamples().filter(({ isTypeScript }) => isTypeScript);
const compiled = samples.filter(({ refusal, isExcerpt }) => refusal === undefined && !isExcerpt);

interface Mounted {
  readonly app: Express;
  readonly authorizationServer: AuthorizationServer;
}

/** The name of those that are all started here. */
const MOUNTING = 'mounting';

/** Also where only its surroundings do: they are there for somebody who runs it. */
const mounts = ({ module }: Sample): boolean =>
  /\.use\([^;]*\.(router|wellKnownRouter|adminRouter\()/.test(module);

const tests = filesOf('test').filter(({ path }) => path.endsWith('.test.ts'));

/** Whether a test that names the document asks for the sample by its name, or has its very code. */
function isRun({ document, name, code }: Sample): boolean {
  if (name === undefined || name === MOUNTING) return name === MOUNTING;
  const asks = new RegExp(`(\\.(start|run)\\(|sampleNamed\\([^;()]*)'${name}'\\)`);
  const withoutImports = code.replace(/^import [^;]*;\n/gm, '').trim();
  return tests.some(
    ({ text }) =>
      text.includes(`'${document}'`) && (asks.test(text) || text.includes(withoutImports)),
  );
}

function planted(...lines: string[]): ReturnType<typeof samplesIn> {
  return samplesIn(`planted-${String(lines.length)}.md`, lines.join('\n'));
}

describe('the samples in the documentation', () => {
  const PLANTED = [
    ...planted('```ts', 'const a: string = 1;', '```'),
    ...planted('```ts', '', 'export function f(a) {}', '```'),
    ...planted('<!-- sample', 'const a: string = 1;', '-->', '```ts', 'a;', '```'),
  ];

  it('are all found, and few of them are not compiled', () => {
    const documents = filesOf().filter(({ path }) => path.endsWith('.md'));
    const fences = documents.flatMap(
      ({ text }) => text.match(/^.*(```|~~~) *([cm]?[jt]sx?\b|typescript|javascript).*$/gm) ?? [],
    );
    expect(fences.length).toBeGreaterThan(40);
    expect(samples).toHaveLength(fences.length);
    expect(samples.filter(({ refusal }) => refusal !== undefined).length).toBeLessThan(5);
  });

  it('compile, strictly, against this package, and where one does not its place is told', () => {
    expect(mistakesIn([...compiled, ...PLANTED])).toEqual([
      expect.stringMatching(/^planted-3.md:2: Type 'number' is not assignable/),
      expect.stringMatching(/^planted-4.md:3: Parameter 'a' implicitly has/),
      expect.stringMatching(/^planted-6.md:4 \(its surroundings\): Type 'number'/),
    ]);
  });

  it.each(samples.filter(({ isExcerpt }) => isExcerpt))(
    'stand in the code where they are excerpts: $place',
    ({ document, code }) => {
      const sources = filesOf(dirname(document)).filter(({ path }) => path.endsWith('.ts'));
      const lines = sources.map(({ text }) => text.replace(/^ +/gm, ''));
      expect(lines.some((text) => text.includes(code.replace(/^ +/gm, '')))).toBe(true);
    },
  );
});

describe('a comment before a sample', () => {
  it('is refused when it is not understood', () => {
    expect(() => planted('<!-- sample one two -->', '', '```ts', 'a;', '```')).toThrow(
      'planted-5.md:3: sample one two says nothing',
    );
  });

  it('says what stands before it and behind it', () => {
    const before = ['<!-- sample one', 'const a = 1;', '// ...', 'f();', '-->', ''];
    expect(planted(...before, '```ts', 'a;', '```')).toMatchObject([
      { name: 'one', module: 'const a = 1;\na;\nf();\n\nexport {};\n' },
    ]);
  });
});

describe('a sample that mounts a router', () => {
  const issuer = 'http://localhost:3000';
  const environment = {
    DCR_ISSUER: issuer,
    DCR_SCOPES_SUPPORTED: 'openid offline_access mcp:tools',
    DCR_LOG_LEVEL: 'error',
    SESSION_SECRET: 'of the samples',
  };
  const kept = { ...process.env };

  beforeAll(() => void Object.assign(process.env, environment));

  afterAll(() => {
    for (const name of Object.keys(environment)) {
      const before = kept[name];
      if (before === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before;
    }
  });

  it('is run: here, or by the test that asks for it by its name', () => {
    const mounting = compiled.filter(mounts);
    expect(mounting.length).toBeGreaterThan(7);
    const PLANTED = [
      ...planted('```ts', 'app.use(here.router);', '```'),
      ...planted('<!-- sample gone -->', '```ts', "app.use('/', here.adminRouter(its));", '```'),
    ].filter(mounts);
    const notRun = [...mounting, ...PLANTED].filter((sample) => !isRun(sample));
    expect(notRun.map(({ place }) => place)).toEqual(['planted-3.md:1', 'planted-4.md:2']);
  });

  it.each(compiled.filter(({ name }) => name === MOUNTING))(
    'makes a server that clients find: $place',
    async (sample) => {
      const { app, authorizationServer } = (await runSample(sample)) as unknown as Mounted;
      try {
        const { metadata } = authorizationServer;
        const { pathname } = new URL(metadata.issuer);
        const suffix = pathname === '/' ? '' : pathname;
        const found = await supertest(app).get(`/.well-known/oauth-authorization-server${suffix}`);
        expect(found).toMatchObject({ status: 200, body: { issuer: metadata.issuer } });
        await supertest(app).get(new URL(metadata.jwks_uri).pathname).expect(200);
      } finally {
        await authorizationServer.close();
      }
    },
  );

  it('shows its pages to operators, and to nobody else', async () => {
    const sample = sampleNamed('docs/app-developers/for-operators.md', 'admin');
    const { app, authorizationServer } = (await runSample(sample)) as unknown as Mounted;
    try {
      await supertest(app).get('/admin').expect(403);
      const shown = await supertest(app).get('/admin').set('X-Operator', 'alice').redirects(1);
      expect(shown).toMatchObject({ status: 200, type: 'text/html' });
    } finally {
      await authorizationServer.close();
    }
  });
});
