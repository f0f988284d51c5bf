import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createAuthorizationServer } from '../lib/authorization-server.ts';
import { ConfigurationError } from '../lib/options/configuration-error.ts';
import { optionsFromEnv } from '../lib/env.ts';
import { hostLogin } from '../lib/login/host-login.ts';
import { sentencesOf } from './options/support.ts';
import { createLogRecorder } from './support/log-recorder.ts';

type Env = Readonly<Record<string, string | undefined>>;

const DCR_ISSUER = 'https://auth.example.com';
const SECRET = 'a-secret-that-is-long-enough-to-be-one';
const PEM = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

const folder = mkdtempSync(join(tmpdir(), 'env-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The lines of the refusal, without its head. */
function problemsOf(env: Env): string[] {
  try {
    optionsFromEnv(env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return sentencesOf(error.message);
  }
  return [];
}

describe('a variable of the environment: refused', () => {
  it.each<{ name: string; env: Env; want: string[] }>([
    {
      name: 'no issuer',
      env: { DCR_ISSUER: undefined },
      want: [
        'issuer (DCR_ISSUER): is required: the public address of this server, such as https://auth.example.com',
      ],
    },
    {
      name: 'an empty issuer, which is none',
      env: { DCR_ISSUER: '' },
      want: [
        'issuer (DCR_ISSUER): is required: the public address of this server, such as https://auth.example.com',
      ],
    },
    {
      name: 'an http issuer',
      env: { DCR_ISSUER: 'http://auth.example.com' },
      want: [
        'issuer (DCR_ISSUER): "http://auth.example.com" must be an https URL (http only on a loopback host such as localhost or 127.0.0.1)',
      ],
    },
    {
      name: 'A13: a baseline scope that is not supported',
      env: { DCR_SCOPES_SUPPORTED: 'openid', DCR_BASELINE_SCOPES: 'offline_access' },
      want: [
        'baselineClientScopes (DCR_BASELINE_SCOPES): baseline_client_scopes contains "offline_access" which is not in scopes_supported',
      ],
    },
    {
      name: 'A16: all baseline scopes that are not supported',
      env: { DCR_BASELINE_SCOPES: 'one,openid two' },
      want: [
        'baselineClientScopes (DCR_BASELINE_SCOPES): baseline_client_scopes contains "one", "two" which are not in scopes_supported',
      ],
    },
    {
      name: 'a supported scope given twice',
      env: { DCR_SCOPES_SUPPORTED: 'openid openid' },
      want: [
        'scopesSupported (DCR_SCOPES_SUPPORTED): scopes_supported contains "openid" more than once',
      ],
    },
    {
      name: 'a default scope that is not supported',
      env: { DCR_DEFAULT_SCOPES: 'admin' },
      want: [
        'defaultClientScopes (DCR_DEFAULT_SCOPES): default_client_scopes contains "admin" which is not in scopes_supported',
      ],
    },
    {
      name: 'a restricted scope in the baseline',
      env: { DCR_BASELINE_SCOPES: 'email', DCR_RESTRICTED_SCOPES: 'em*' },
      want: [
        'baselineClientScopes (DCR_BASELINE_SCOPES): baseline_client_scopes contains "email" which is restricted',
      ],
    },
    {
      name: 'rules that are no JSON',
      env: { DCR_BASELINE_RULES: '[{' },
      want: ['baselineRules (DCR_BASELINE_RULES): is not JSON'],
    },
    {
      name: 'rules that are no list',
      env: { DCR_BASELINE_RULES: '{"name":"claude"}' },
      want: ['baselineRules (DCR_BASELINE_RULES): is not a JSON list'],
    },
    {
      name: 'rules with something wrong in each',
      env: {
        DCR_BASELINE_RULES: JSON.stringify([
          { name: 'local', match: { redirect_host: 'localhost' }, scopes: ['offline_access'] },
          { name: 'typo', match: { redirect_host: 'claude.ai' }, scopes: ['ofline_access'] },
        ]),
      },
      want: [
        'baselineRules (DCR_BASELINE_RULES): baseline_rules "local": match.redirect_host contains "localhost": anybody can listen there, so it proves nothing',
        'baselineRules (DCR_BASELINE_RULES): baseline_rules "typo" contains "ofline_access" which is not in scopes_supported',
      ],
    },
    {
      name: 'a resource that is none',
      env: { DCR_RESOURCES: '/mcp mcp' },
      want: [
        'resources (DCR_RESOURCES): the resource "mcp" is neither a path nor an absolute http(s) URL, without user info and fragment and written in its normal form',
      ],
    },
    ...[
      ['DCR_ACCESS_TOKEN_TTL', 'accessTokenTtlSeconds'],
      ['DCR_REFRESH_TOKEN_TTL', 'refreshTokenTtlSeconds'],
      ['DCR_GRANT_MAX_TTL', 'grantMaxTtlSeconds'],
      ['DCR_CODE_TTL', 'codeTtlSeconds'],
      ['DCR_CLIENT_UNUSED_TTL', 'clientUnusedTtlSeconds'],
      ['DCR_CLIENT_IDLE_TTL', 'clientIdleTtlSeconds'],
    ].flatMap(([variable = '', option = '']) =>
      ['1w', '1.5h', '-1', 'h', '1 h', '1h30m', 'soon', '1e3', '0x10', '1H', '1234567890'].map(
        (value) => ({
          name: `${variable}=${value}`,
          env: { [variable]: value },
          want: [
            `${option} (${variable}): "${value}" is not a duration such as 900, 15m, 1h or 30d`,
          ],
        }),
      ),
    ),
    {
      name: 'a lifetime of nothing',
      env: { DCR_ACCESS_TOKEN_TTL: '0' },
      want: [
        'accessTokenTtlSeconds (DCR_ACCESS_TOKEN_TTL): 0 is not a positive number of whole seconds',
      ],
    },
    {
      name: 'a code that lives longer than ten minutes',
      env: { DCR_CODE_TTL: '601' },
      want: ['codeTtlSeconds (DCR_CODE_TTL): must not be longer than 600 seconds'],
    },
    {
      name: 'a client that lives shorter than its grants',
      env: { DCR_GRANT_MAX_TTL: '90d', DCR_CLIENT_IDLE_TTL: '89d' },
      want: [
        'clientIdleTtlSeconds (DCR_CLIENT_IDLE_TTL): 7689600 s is shorter than grantMaxTtlSeconds (7776000 s): a client must outlive its grants',
      ],
    },
    ...['verbose', 'INFO', 'silly'].map((value) => ({
      name: `DCR_LOG_LEVEL=${value}`,
      env: { DCR_LOG_LEVEL: value },
      want: [`logLevel (DCR_LOG_LEVEL): "${value}" is not one of debug, info, warn, error`],
    })),
    ...['yes', '1', 'TRUE'].map((value) => ({
      name: `DCR_ALLOW_MEMORY_STORE=${value}`,
      env: { DCR_ALLOW_MEMORY_STORE: value },
      want: [`allowMemoryStore (DCR_ALLOW_MEMORY_STORE): "${value}" is neither true nor false`],
    })),
  ])('$name', ({ env, want }) => {
    expect(problemsOf({ DCR_ISSUER, ...env })).toEqual(want);
  });

  it.each([
    { DCR_REDIS_PREFIX: 'app:' },
    { DCR_REDIS_PREFIX: 'app:', DCR_REDIS_URL: '' },
    { DCR_REDIS_PREFIX: 'app:', DCR_REDIS_URL: ' ', DCR_REDIS_URL_FILE: '' },
  ])('a prefix without Redis: %j', (env) => {
    expect(problemsOf({ DCR_ISSUER, ...env })).toEqual([
      'store (DCR_REDIS_PREFIX): is set without DCR_REDIS_URL, so it has no effect',
    ]);
  });

  it.each(['{app}:', 'app{', '}', 'a pp', 'caf\u00e9:', 'a\n', 'a'.repeat(65)])(
    'a prefix that would not do for Redis: %j',
    (DCR_REDIS_PREFIX) => {
      const env = { DCR_SECRET: SECRET, DCR_SIGNING_KEYS: PEM, DCR_REDIS_PREFIX };
      for (const DCR_REDIS_URL of [undefined, 'redis://localhost:1']) {
        expect(problemsOf({ DCR_ISSUER, ...env, DCR_REDIS_URL })).toEqual([
          'store (DCR_REDIS_PREFIX): must be at most 64 printable ASCII characters without braces',
        ]);
      }
    },
  );

  it.each<{ name: string; env: Env; want: string[] }>([
    {
      name: 'a place that is not one',
      env: { DCR_REDIS_CLUSTER_NODES: 'redis-1:6379 http://redis-2' },
      want: ['store (DCR_REDIS_CLUSTER_NODES): is not a list of addresses such as redis-1:6379'],
    },
    {
      name: 'two places',
      env: { DCR_REDIS_URL: 'redis://redis', DCR_REDIS_CLUSTER_NODES: 'redis-1 redis-2' },
      want: ['store (DCR_REDIS_CLUSTER_NODES): is set beside DCR_REDIS_URL; keep one of them'],
    },
    {
      name: 'Sentinels without the name of what they watch',
      env: { DCR_REDIS_SENTINELS: 'sentinel-1,sentinel-2' },
      want: [
        'store (DCR_REDIS_SENTINEL_NAME): is missing: it is what the Sentinels call the server',
      ],
    },
    {
      name: 'that name without Sentinels',
      env: { DCR_REDIS_URL: 'redis://redis', DCR_REDIS_SENTINEL_NAME: 'main' },
      want: [
        'store (DCR_REDIS_SENTINEL_NAME): is set without DCR_REDIS_SENTINELS, so it has no effect',
      ],
    },
    {
      name: 'who we are, and nowhere to say it',
      env: { DCR_REDIS_USERNAME: 'app', DCR_REDIS_PASSWORD: 'hunter2' },
      want: [
        'store (DCR_REDIS_USERNAME): is set without DCR_REDIS_URL, so it has no effect',
        'store (DCR_REDIS_PASSWORD): is set without DCR_REDIS_URL, so it has no effect',
      ],
    },
    {
      name: 'a password twice',
      env: { DCR_REDIS_URL: 'redis://:hunter2@redis', DCR_REDIS_PASSWORD: 'hunter3' },
      want: ['store (DCR_REDIS_URL): holds a user or a password, and one is given beside it'],
    },
    {
      name: 'an authority for a connection that is not encrypted',
      env: { DCR_REDIS_URL: 'redis://redis', DCR_REDIS_TLS_CA_FILE: fileOf('ca.pem', 'a CA') },
      want: ['store (DCR_REDIS_TLS_CA_FILE): is set, but url is not rediss:, so it has no effect'],
    },
    {
      name: 'an authority that is not there',
      env: { DCR_REDIS_URL: 'rediss://redis', DCR_REDIS_TLS_CA_FILE: '/nowhere/ca.pem' },
      want: ['store (DCR_REDIS_TLS_CA_FILE): names a file that cannot be read (ENOENT)'],
    },
    {
      name: 'servers of which some are encrypted',
      env: { DCR_REDIS_CLUSTER_NODES: 'rediss://redis-1 redis-2' },
      want: ['store (DCR_REDIS_CLUSTER_NODES): is rediss: in some places only'],
    },
  ])('$name', ({ env, want }) => {
    expect(problemsOf({ DCR_ISSUER, DCR_SECRET: SECRET, DCR_SIGNING_KEYS: PEM, ...env })).toEqual(
      want,
    );
  });

  it.each(['', ' ', '\t'])('not the prefix %j, which is none', (DCR_REDIS_PREFIX) => {
    expect(problemsOf({ DCR_ISSUER, DCR_REDIS_PREFIX })).toEqual([]);
  });

  it.each([
    { option: 'scopes', variable: 'DCR_SCOPES_FILE', env: { DCR_SCOPES_FILE: '/nowhere/file' } },
    { option: 'pages', variable: 'DCR_PAGES_FILE', env: { DCR_PAGES_FILE: '/nowhere/file' } },
    { option: 'secret', variable: 'DCR_SECRET', env: { DCR_SECRET_FILE: '/nowhere/file' } },
    {
      option: 'signingKeys',
      variable: 'DCR_SIGNING_KEYS',
      env: { DCR_SIGNING_KEYS_FILE: '/nowhere/file' },
    },
    { option: 'store', variable: 'DCR_REDIS_URL', env: { DCR_REDIS_URL_FILE: '/nowhere/file' } },
  ])('a file that is not there, for $variable', ({ option, variable, env }) => {
    const [problem, ...others] = problemsOf({ DCR_ISSUER, ...env });
    expect(others).toEqual([]);
    expect(problem).toContain(`${option} (${variable}): names a file that cannot be read (`);
  });

  it.each(['DCR_SECRET', 'DCR_SIGNING_KEYS', 'DCR_INITIAL_ACCESS_TOKENS', 'DCR_REDIS_URL'])(
    'a file that is empty, for %s',
    (variable) => {
      const [problem, ...others] = problemsOf({
        DCR_ISSUER,
        [`${variable}_FILE`]: fileOf('empty', ' \n'),
      });
      expect(others).toEqual([]);
      expect(problem).toMatch(/: names a file that is empty$/);
    },
  );

  it.each([
    { text: 'not json', want: 'is not JSON' },
    { text: '', want: 'is not JSON' },
    { text: '[]', want: 'is not a JSON object' },
    { text: 'null', want: 'is not a JSON object' },
    { text: '"text"', want: 'is not a JSON object' },
  ])('a file of scope descriptions that holds $text', ({ text, want }) => {
    const path = fileOf('scopes.json', text);
    expect(problemsOf({ DCR_ISSUER, DCR_SCOPES_FILE: path })).toEqual([
      `scopes (DCR_SCOPES_FILE): names a file that ${want}`,
    ]);
  });

  it.each([
    { pages: { name: 'Notes', colour: '#0b6b3a' }, want: [] },
    {
      pages: { texts: { de: { consentName: 'Die App' } } },
      want: ['pages (DCR_PAGES_FILE): texts.de.consentName must have {name} in it, and no other'],
    },
    {
      pages: { render: 'template.html' },
      want: ['pages (DCR_PAGES_FILE): render must be a function that returns HTML'],
    },
  ])('a file of pages that holds $pages: $want', ({ pages, want }) => {
    const DCR_PAGES_FILE = fileOf('pages.json', JSON.stringify(pages));
    expect(problemsOf({ DCR_ISSUER, DCR_PAGES_FILE })).toEqual(want);
  });

  it.each([
    { description: { en: 1 } },
    { description: { en: 'x', de: null } },
    { description: [['x']] },
    { description: 5 },
    { description: true },
    { description: ['Use tools'] },
  ])('a scope description of $description', ({ description }) => {
    const path = fileOf(
      'scopes.json',
      JSON.stringify({ openid: 'fine', 'mcp:tools': description }),
    );
    expect(problemsOf({ DCR_ISSUER, DCR_SCOPES_FILE: path })).toEqual([
      'scopes (DCR_SCOPES_FILE): the description of "mcp:tools" is neither a text nor one text for each language',
    ]);
  });
});

describe('secrets of the environment: refused, and never repeated', () => {
  it.each<{ name: string; env: Env; want: string }>([
    {
      name: 'a secret that is too short',
      env: { DCR_SECRET: 'hunter2' },
      want: 'secret (DCR_SECRET): must have at least 32 bytes',
    },
    {
      name: 'a short one among several',
      env: { DCR_SECRET: `${'a'.repeat(32)} hunter2` },
      want: 'secret (DCR_SECRET): must have at least 32 bytes',
    },
    {
      name: 'signing keys that are none',
      env: { DCR_SIGNING_KEYS: 'hunter2' },
      want: 'signingKeys (DCR_SIGNING_KEYS): holds no private key in PEM or JWK Set form',
    },
    {
      name: 'signing keys that cannot be read',
      env: { DCR_SIGNING_KEYS: '{"keys":[{"kty":"EC","d":"hunter2"}]}' },
      want: 'signingKeys (DCR_SIGNING_KEYS): holds a key that cannot be read as a private key',
    },
    ...[
      'hunter2',
      'http://:hunter2@redis',
      'redis:hunter2',
      'redis://user:hunter2@[',
      '//:hunter2@a',
    ].map((value) => ({
      name: `the Redis address ${value}`,
      env: { DCR_REDIS_URL: value },
      want: 'store (DCR_REDIS_URL): is not an address such as redis://localhost:6379',
    })),
    ...['https://alice:hunter2@auth.example.com', 'https://hunter2@auth.example.com/'].map(
      (value) => ({
        name: `the issuer ${value}`,
        env: { DCR_ISSUER: value },
        want: 'issuer (DCR_ISSUER): must have no user info',
      }),
    ),
    ...['http://alice:hunter2@auth.example.com', 'alice:hunter2@auth.example.com'].map((value) => ({
      name: `the issuer ${value}`,
      env: { DCR_ISSUER: value },
      want: 'issuer (DCR_ISSUER): must be an https URL',
    })),
    {
      name: 'an issuer that is no URL and has user info',
      env: { DCR_ISSUER: '//alice:hunter2@auth.example.com' },
      want: 'issuer (DCR_ISSUER): is not a URL',
    },
    {
      name: 'a resource with user info',
      env: { DCR_RESOURCES: 'https://alice:hunter2@api.example.com/mcp' },
      want: 'resources (DCR_RESOURCES): a resource is neither a path nor an absolute http(s) URL, without user info',
    },
    {
      name: 'a Redis address that was pasted with its name',
      env: { DCR_REDIS_URL: 'DCR_REDIS_URL=redis://:hunter2@redis' },
      want: 'store (DCR_REDIS_URL): is not an address such as redis://localhost:6379',
    },
  ])('$name', ({ env, want }) => {
    const problems = problemsOf({ DCR_ISSUER, ...env });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.startsWith(want)).toBe(true);
    expect(problems.join()).not.toContain('hunter2');
  });

  it.each([
    { name: 'DCR_SECRET', value: `${SECRET}hunter2` },
    { name: 'DCR_SIGNING_KEYS', value: PEM },
    { name: 'DCR_REDIS_URL', value: 'redis://:hunter2@localhost' },
  ])('$name beside its file', ({ name, value }) => {
    const path = fileOf('twin', value);
    const problems = problemsOf({
      DCR_SECRET: SECRET,
      DCR_SIGNING_KEYS: PEM,
      DCR_ISSUER,
      [name]: value,
      [`${name}_FILE`]: path,
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`(${name}): and ${name}_FILE are both set; keep one of them`);
    expect(problems[0]).not.toContain('hunter2');
  });

  it.each([
    { name: 'DCR_SECRET', value: 'hunter2-hunter2-hunter2-hunter2-hunter2' },
    { name: 'DCR_SECRET', value: 'hunter2'.repeat(1000) },
    { name: 'DCR_SECRET', value: 'hunter2\0hunter2' },
    { name: 'DCR_SECRET', value: `${SECRET}/hunter2` },
    { name: 'DCR_SIGNING_KEYS', value: PEM.replace('-----\n', '-----\nhunter2') },
    { name: 'DCR_SIGNING_KEYS', value: '{"keys":[{"kty":"EC","d":"hunter2"}]}' },
    { name: 'DCR_REDIS_URL', value: 'rediss://alice:hunter2@redis:6379/1' },
    { name: 'DCR_SCOPES', value: '{"mcp:tools":"hunter2"}' },
  ])('$name that was pasted in place of the name of its file', ({ name, value }) => {
    const problems = problemsOf({
      DCR_SECRET: name === 'DCR_SECRET' ? undefined : SECRET,
      DCR_ISSUER,
      [`${name}_FILE`]: value,
    });
    expect(problems).toEqual([
      expect.stringMatching(/: names a file that cannot be read \([A-Z_]+\)$/),
    ]);
    expect(problems.join()).not.toMatch(/hunter2|PRIVATE KEY|secret-that-is/);
  });

  it('none at all with Redis, and how to make one', () => {
    expect(problemsOf({ DCR_ISSUER, DCR_REDIS_URL: 'redis://:hunter2@localhost' })).toEqual([
      "secret (DCR_SECRET): is required with a shared store; make one with: node -p \"require('node:crypto').randomBytes(32).toString('base64url')\"",
    ]);
  });
});

describe('names of the environment', () => {
  it.each([
    { name: 'DCR_BASELINE_SCOPE', nearest: 'DCR_BASELINE_SCOPES' },
    { name: 'DCR_BASLINE_SCOPES', nearest: 'DCR_BASELINE_SCOPES' },
    { name: 'DCR_ISSUER_URL', nearest: 'DCR_ISSUER' },
    { name: 'DCR_SECRETS', nearest: 'DCR_SECRET' },
    { name: 'DCR_SECRET_FILES', nearest: 'DCR_SECRET_FILE' },
    { name: 'DCR_SIGNING_KEY', nearest: 'DCR_SIGNING_KEYS' },
    { name: 'DCR_REDIS_URI', nearest: 'DCR_REDIS_URL' },
    { name: 'DCR_ISSUER_FILE', nearest: 'DCR_ISSUER' },
  ])('that nobody knows are refused, with the nearest one: $name', ({ name, nearest }) => {
    expect(problemsOf({ DCR_ISSUER, [name]: 'hunter2' })).toEqual([
      `environment (${name}): is not a known variable; did you mean ${nearest}?`,
    ]);
  });

  it('that nobody knows are refused also without a value', () => {
    expect(problemsOf({ DCR_ISSUER, DCR_BASELINE_SCOPE: '' })).toHaveLength(1);
  });

  it.each(['dcr_issuer', 'MY_DCR_ISSUER', 'DCRISSUER', 'DCR', 'PATH', 'NODE_OPTIONS'])(
    'that are not ours are left alone: %s',
    (name) => {
      expect(problemsOf({ DCR_ISSUER, [name]: 'x' })).toEqual([]);
    },
  );

  it.each([
    'DCR_SERVICE_HOST',
    'DCR_SERVICE_PORT',
    'DCR_SERVICE_PORT_HTTP',
    'DCR_PORT',
    'DCR_PORT_3000_TCP',
    'DCR_PORT_3000_TCP_PROTO',
    'DCR_PORT_3000_TCP_PORT',
    'DCR_PORT_3000_TCP_ADDR',
    'DCR_PORT_53_UDP_ADDR',
    'DCR_DEMO_SERVICE_HOST',
    'DCR_DEMO_PORT_3000_TCP',
  ])('that Kubernetes makes for a Service are ignored: %s', (name) => {
    expect(optionsFromEnv({ DCR_ISSUER, [name]: 'tcp://10.0.0.1:3000' })).toEqual({
      issuer: DCR_ISSUER,
    });
  });

  it.each([
    'DCR_PORTS',
    'DCR_SERVICE',
    'DCR_SERVICE_HOSTS',
    'DCR_PORT_X_TCP',
    'DCR_PORT_3000_HTTP',
  ])('that only resemble those are refused: %s', (name) => {
    expect(problemsOf({ DCR_ISSUER, [name]: 'x' })).toHaveLength(1);
  });
});

describe('an environment with several problems', () => {
  it('is refused once, with all of them', () => {
    const env = {
      DCR_ISSUER: 'http://auth.example.com',
      DCR_BASELINE_SCOPES: 'admin',
      DCR_DEFAULT_SCOPES: 'root',
      DCR_CODE_TTL: 'soon',
      DCR_SECRET: 'hunter2',
      DCR_SIGNING_KEYS: 'hunter2',
      DCR_REDIS_URL: 'hunter2',
      DCR_LOG_LEVEL: 'loud',
      DCR_SCOPES_FILE: '/nowhere/scopes.json',
      DCR_BASELINE: 'x',
    };
    const problems = problemsOf(env);
    expect(problems.map((line) => /\((\w+)\): /.exec(line)?.[1]).sort()).toEqual(
      Object.keys(env).sort(),
    );
    expect(problems.join()).not.toContain('hunter2');
  });

  it('says so in an error that a program can read too', () => {
    const error = thrownBy(() => optionsFromEnv({ DCR_ISSUER, DCR_BASELINE_SCOPES: 'admin' }));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({
      name: 'ConfigurationError',
      code: 'ERR_DCR_CONFIGURATION',
      problems: [
        {
          option: 'baselineClientScopes',
          variable: 'DCR_BASELINE_SCOPES',
          message: 'baseline_client_scopes contains "admin" which is not in scopes_supported',
        },
      ],
    });
  });
});

describe('a variable of the environment: read', () => {
  it.each<{ env: Env; want: object }>([
    { env: {}, want: {} },
    { env: { DCR_ISSUER: 'http://localhost:3000' }, want: { issuer: 'http://localhost:3000' } },
    {
      env: { DCR_SCOPES_SUPPORTED: 'openid, mcp:tools  email,\n\tx,' },
      want: { scopesSupported: ['openid', 'mcp:tools', 'email', 'x'] },
    },
    {
      env: { DCR_BASELINE_SCOPES: 'offline_access' },
      want: { baselineClientScopes: ['offline_access'] },
    },
    {
      env: { DCR_DEFAULT_SCOPES: 'openid,email' },
      want: { defaultClientScopes: ['openid', 'email'] },
    },
    {
      env: { DCR_RESTRICTED_SCOPES: 'admin:* root' },
      want: { restrictedScopes: ['admin:*', 'root'] },
    },
    {
      env: { DCR_RESOURCES: '/mcp,https://api.example.com/v1' },
      want: { resources: ['/mcp', 'https://api.example.com/v1'] },
    },
    {
      env: { DCR_SECRET: SECRET },
      want: { secret: [SECRET] },
    },
    {
      env: { DCR_SECRET: `${'a'.repeat(32)},${'b'.repeat(32)}` },
      want: { secret: ['a'.repeat(32), 'b'.repeat(32)] },
    },
    { env: { DCR_SIGNING_KEYS: PEM }, want: { signingKeys: PEM } },
    { env: { DCR_ACCESS_TOKEN_TTL: '900' }, want: { accessTokenTtlSeconds: 900 } },
    { env: { DCR_ACCESS_TOKEN_TTL: '45s' }, want: { accessTokenTtlSeconds: 45 } },
    { env: { DCR_REFRESH_TOKEN_TTL: '2d' }, want: { refreshTokenTtlSeconds: 172_800 } },
    { env: { DCR_GRANT_MAX_TTL: '12h' }, want: { grantMaxTtlSeconds: 43_200 } },
    { env: { DCR_CODE_TTL: '10m' }, want: { codeTtlSeconds: 600 } },
    { env: { DCR_CLIENT_UNUSED_TTL: '1d' }, want: { clientUnusedTtlSeconds: 86_400 } },
    { env: { DCR_CLIENT_IDLE_TTL: '90d' }, want: { clientIdleTtlSeconds: 7_776_000 } },
    { env: { DCR_LOG_LEVEL: 'debug' }, want: { logLevel: 'debug' } },
    { env: { DCR_ALLOW_MEMORY_STORE: 'true' }, want: { allowMemoryStore: true } },
    { env: { DCR_ALLOW_MEMORY_STORE: 'false' }, want: { allowMemoryStore: false } },
    { env: { NODE_ENV: 'production' }, want: { allowMemoryStore: false } },
    {
      env: { NODE_ENV: 'production', DCR_ALLOW_MEMORY_STORE: 'true' },
      want: { allowMemoryStore: true },
    },
    { env: { NODE_ENV: 'development' }, want: {} },
    {
      env: {
        DCR_SCOPES_SUPPORTED: '',
        DCR_BASELINE_SCOPES: ' ',
        DCR_SECRET: '',
        DCR_SECRET_FILE: '',
        DCR_SIGNING_KEYS: '\n',
        DCR_CODE_TTL: '',
        DCR_LOG_LEVEL: '',
        DCR_REDIS_URL: '',
        DCR_REDIS_PREFIX: '',
        DCR_SCOPES_FILE: '',
        DCR_ALLOW_MEMORY_STORE: '',
      },
      want: {},
    },
  ])('$env', ({ env, want }) => {
    expect(optionsFromEnv({ DCR_ISSUER, ...env })).toEqual({ issuer: DCR_ISSUER, ...want });
  });

  it('from a file, without the line end that editors add', () => {
    const env = {
      DCR_ISSUER,
      DCR_SECRET_FILE: fileOf('secret', `${'a'.repeat(32)}\n${'b'.repeat(32)}\n`),
      DCR_SIGNING_KEYS_FILE: fileOf('keys', PEM),
      DCR_SECRET: '',
    };
    expect(optionsFromEnv(env)).toEqual({
      issuer: DCR_ISSUER,
      secret: ['a'.repeat(32), 'b'.repeat(32)],
      signingKeys: PEM.trim(),
    });
  });

  it('from a file of scope descriptions', () => {
    const scopes = { openid: 'Who you are', 'mcp:tools': { en: 'Tools', de: 'Werkzeuge' } };
    const path = fileOf('scopes.json', JSON.stringify(scopes));
    expect(optionsFromEnv({ DCR_ISSUER, DCR_SCOPES_FILE: path })).toEqual({
      issuer: DCR_ISSUER,
      scopes,
    });
  });

  it.each(['redis://localhost:1', 'rediss://:pw@localhost:1/2'])(
    'as a shared store: %s',
    async (DCR_REDIS_URL) => {
      const DCR_SECRET = 'a'.repeat(32);
      const options = optionsFromEnv({
        DCR_ISSUER,
        DCR_REDIS_URL,
        DCR_SECRET,
        DCR_SIGNING_KEYS: PEM,
      });
      expect(options.store?.shared).toBe(true);
      await options.store?.close();
    },
  );

  it('from an environment that stays as it is', () => {
    const env = Object.freeze({ DCR_ISSUER, DCR_BASELINE_SCOPES: 'openid' });
    expect(optionsFromEnv(env)).not.toBe(optionsFromEnv(env));
  });
});

describe('a server made from the environment', () => {
  const start = (env: Env): void => {
    const { logger } = createLogRecorder();
    const login = hostLogin({ user: () => undefined, url: '/login' });
    createAuthorizationServer({ ...optionsFromEnv({ DCR_ISSUER, ...env }), login, logger });
  };

  it('is not started in production on memory', () => {
    expect(() => start({ NODE_ENV: 'production' })).toThrow(
      'store (DCR_REDIS_URL): is required in production: set DCR_REDIS_URL, or pass a store, or accept that every restart loses all clients and logins with DCR_ALLOW_MEMORY_STORE=true',
    );
  });

  it.each<Env>([
    {},
    { NODE_ENV: 'development' },
    { NODE_ENV: 'production', DCR_ALLOW_MEMORY_STORE: 'true' },
  ])('is started on memory with %j', (env) => {
    expect(() => start(env)).not.toThrow();
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
