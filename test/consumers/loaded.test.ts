import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { at, run } from './support/run.ts';

const SCRIPTS = ['loaded.mjs', 'loaded.cjs'];
const ENTRIES = ['express-dcr', 'express-dcr/resource', 'express-dcr/testing'];

/** Loaded by who uses them: without a logger, with a store on Redis, with a server, at a login elsewhere. */
const LATE = ['winston', 'ioredis', '@opentelemetry/api', 'openid-client', 'oauth4webapi'];

/** What needs no `require` of Node's is inside the CommonJS build, where no package can be seen. */
const OF_A_PROVIDER = /function (createOidcClient|createOAuth2Client|authorizationCodeGrant)\b/;

/** Only for who has a server in the process. */
const OF_A_SERVER = ['eta', 'express', 'rate-limiter-flexible', ...LATE];

/** What is loaded for an import: files of ours, and the packages that others come from. */
async function loadedBy(
  script: string,
  entry: string,
  more: Readonly<Record<string, string>> = {},
): Promise<{ files: string[]; ours: string[]; packages: string[] }> {
  const env = { LOADED: at(`loaded-${randomUUID()}`), ...more };
  const { stdout } = await run({ app: 'express-5', args: [script, entry], env });
  // The last line; before it is what the program says.
  const list = JSON.parse(stdout.trim().split('\n').pop() ?? '') as string[];
  const files = list.map((file) => file.replace('file://', ''));
  const packages = files.flatMap(
    (file) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
  );
  const ours = files.filter((file) => file.includes('/node_modules/express-dcr/'));
  return { files, ours, packages: [...new Set(packages)] };
}

describe('an import', () => {
  it.each(SCRIPTS)('is seen by these tests: %s', async (script) => {
    const { packages } = await loadedBy(script, 'express-dcr');
    expect(packages).toEqual(expect.arrayContaining(['express-dcr', 'express', 'body-parser']));
    const { packages: late } = await loadedBy(script, 'ioredis');
    expect(late).toContain('ioredis');
  });

  it.each(ENTRIES.flatMap((entry) => SCRIPTS.map((script) => ({ entry, script }))))(
    'loads nothing that may not be used: $entry, $script',
    async ({ entry, script }) => {
      const { packages } = await loadedBy(script, entry);
      expect(packages.filter((name) => LATE.includes(name))).toEqual([]);
    },
  );

  it.each(SCRIPTS)('does not load what talks to a provider: %s', async (script) => {
    const { ours } = await loadedBy(script, 'express-dcr');
    const code = ours.map((file) => readFileSync(file, 'utf8')).join('\n');
    expect(code).toMatch(/function oidcLogin\b/);
    expect(code).not.toMatch(OF_A_PROVIDER);
  });

  it.each(SCRIPTS)('loads no limiter of other databases: %s', async (script) => {
    const { files } = await loadedBy(script, 'express-dcr');
    const limiters = files.flatMap(
      (file) => /rate-limiter-flexible.lib.(RateLimiter\w+)/.exec(file)?.[1] ?? [],
    );
    expect(limiters).toEqual(expect.arrayContaining(['RateLimiterMemory', 'RateLimiterRedis']));
    expect(limiters).not.toContain('RateLimiterPostgres');
  });

  it.each(SCRIPTS)(
    'for an API in another process has neither store nor pages: %s',
    async (script) => {
      const { ours, packages } = await loadedBy(script, 'express-dcr/resource');
      expect(packages.filter((name) => OF_A_SERVER.includes(name))).toEqual([]);
      const code = ours.map((file) => readFileSync(file, 'utf8')).join('\n');
      expect(code).not.toMatch(/class (RedisStore|MemoryStore|Eta)\b|<form method="post"/);
    },
  );

  it.each(SCRIPTS)('holds what that test looks for, where it belongs: %s', async (script) => {
    const { ours } = await loadedBy(script, 'express-dcr');
    const code = ours.map((file) => readFileSync(file, 'utf8')).join('\n');
    expect(code).toMatch(/class RedisStore\b/);
    expect(code).toMatch(/<form method="post"/);
  });
});

describe('a server that clients and people use', () => {
  /** That app has it, so it is not looked for. */
  const late = LATE.filter((name) => name !== '@opentelemetry/api');

  it.each(
    ['mjs', 'cjs'].flatMap((kind) => [
      { kind, name: 'in memory, with a logger', env: { LOGGER: 'yes' }, want: [] },
      // So that it is known that this would be seen.
      { kind, name: 'in memory, without a logger', env: {}, want: ['winston'] },
    ]),
  )('has loaded what it needs: $kind, $name', async ({ kind, env, want }) => {
    const { ours, packages } = await loadedBy(`loaded.${kind}`, `./run.${kind}`, env);
    expect(packages.filter((name) => late.includes(name))).toEqual(want);
    const code = ours.map((file) => readFileSync(file, 'utf8')).join('\n');
    expect(code).not.toMatch(OF_A_PROVIDER);
  });
});
