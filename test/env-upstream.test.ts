import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createAuthorizationServer } from '../lib/authorization-server.ts';
import { optionsFromEnv } from '../lib/env.ts';
import { ConfigurationError } from '../lib/options/configuration-error.ts';
import { createLogRecorder } from './support/log-recorder.ts';

type Env = Readonly<Record<string, string>>;

const DCR_ISSUER = 'https://auth.example.com';
const OIDC = {
  DCR_UPSTREAM_ISSUER: 'https://accounts.example.com',
  DCR_UPSTREAM_CLIENT_ID: 'app',
};
const OAUTH2 = {
  DCR_UPSTREAM_AUTHORIZATION_ENDPOINT: 'https://github.example/authorize',
  DCR_UPSTREAM_TOKEN_ENDPOINT: 'https://github.example/token',
  DCR_UPSTREAM_USERINFO_ENDPOINT: 'https://api.github.example/user',
  DCR_UPSTREAM_CLIENT_ID: 'app',
};

const folder = mkdtempSync(join(tmpdir(), 'env-upstream-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileOf(contents: unknown): string {
  const path = join(folder, `${String(Math.random()).slice(2)}.json`);
  writeFileSync(path, typeof contents === 'string' ? contents : JSON.stringify(contents));
  return path;
}

function problemsOf(env: Env): string[] {
  try {
    optionsFromEnv({ DCR_ISSUER, ...env });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(error.message).not.toContain('hush');
    return error.problems.map(({ option, variable, message }) => {
      expect(option).toBe('login');
      return `${variable ?? ''} ${message}`;
    });
  }
  return [];
}

describe('the variables of an upstream login: refused', () => {
  it.each<[string, Env, (string | RegExp)[]]>([
    [
      'a client without a provider',
      { DCR_UPSTREAM_CLIENT_ID: 'app' },
      [/^DCR_UPSTREAM_CLIENT_ID is set without DCR_UPSTREAM_ISSUER or/],
    ],
    [
      'a provider without a client',
      { DCR_UPSTREAM_ISSUER: 'https://accounts.example.com' },
      ['DCR_UPSTREAM_CLIENT_ID is required'],
    ],
    [
      'both kinds of provider',
      { ...OIDC, DCR_UPSTREAM_TOKEN_ENDPOINT: 'https://github.example/token' },
      [/^DCR_UPSTREAM_TOKEN_ENDPOINT is set beside DCR_UPSTREAM_ISSUER/],
    ],
    [
      'a provider of which half is missing',
      { DCR_UPSTREAM_TOKEN_ENDPOINT: 'https://github.example/token' },
      [
        'DCR_UPSTREAM_LABEL is required',
        'DCR_UPSTREAM_AUTHORIZATION_ENDPOINT is required',
        'DCR_UPSTREAM_USERINFO_ENDPOINT is required',
        'DCR_UPSTREAM_CLIENT_ID is required',
      ],
    ],
    [
      'everything that is wrong',
      {
        ...OIDC,
        DCR_UPSTREAM_NAME: 'Corp',
        DCR_UPSTREAM_SCOPES: 'email',
        DCR_UPSTREAM_AUTHORIZATION_PARAMETERS: 'state=x&hd=example.com',
      },
      [
        'DCR_UPSTREAM_SCOPES must contain openid',
        /^DCR_UPSTREAM_NAME must be 1 to 32/,
        'DCR_UPSTREAM_AUTHORIZATION_PARAMETERS "state" is set for each request',
      ],
    ],
    [
      'a parameter twice',
      { ...OIDC, DCR_UPSTREAM_AUTHORIZATION_PARAMETERS: 'hd=a&hd=b' },
      ['DCR_UPSTREAM_AUTHORIZATION_PARAMETERS names a parameter twice'],
    ],
    [
      'two secrets',
      { ...OIDC, DCR_UPSTREAM_CLIENT_SECRET: 'hush', DCR_UPSTREAM_CLIENT_SECRET_FILE: '/x' },
      [
        'DCR_UPSTREAM_CLIENT_SECRET and DCR_UPSTREAM_CLIENT_SECRET_FILE are both set; keep one of them',
      ],
    ],
    [
      'one provider beside the file of several',
      { ...OIDC, DCR_UPSTREAMS_FILE: fileOf([{ issuer: 'https://a.example', clientId: 'a' }]) },
      [
        'DCR_UPSTREAM_ISSUER is set beside DCR_UPSTREAMS_FILE; keep one of them',
        'DCR_UPSTREAM_CLIENT_ID is set beside DCR_UPSTREAMS_FILE; keep one of them',
      ],
    ],
  ])('%s', (_name, env, want) => {
    expect(problemsOf(env)).toEqual(
      want.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))),
    );
  });

  it.each<[string, unknown, RegExp]>([
    ['is not JSON', '{', /is not JSON$/],
    ['is no list', { issuer: 'x' }, /is not a JSON list of logins$/],
    ['has nobody', [], /is not a JSON list of logins$/],
    ['has a text', ['x'], /in which 1\. is not an object$/],
    [
      'is wrong in several places',
      [{ issuer: 'https://a.example' }, { authorizationEndpoint: 'x', clientId: 'a', name: 'b' }],
      /1\. clientId is required; 2\. label is required; 2\. authorizationEndpoint is not a URL/,
    ],
    [
      'has an option that nobody knows',
      [{ issuer: 'https://a.example', clientId: 'a', secret: 'hush' }],
      /1\. secret is none of/,
    ],
    [
      'has both kinds of secret',
      [
        {
          issuer: 'https://a.example',
          clientId: 'a',
          clientSecret: 'hush',
          clientSecretFile: '/x',
        },
      ],
      /1\. clientSecret and clientSecretFile are both set/,
    ],
    [
      'names a secret that is not there',
      [{ issuer: 'https://a.example', clientId: 'a', clientSecretFile: '/does/not/exist' }],
      /1\. clientSecretFile names a file that cannot be read \(ENOENT\)/,
    ],
    [
      'has two of one name',
      [
        { issuer: 'https://a.example', clientId: 'a' },
        { issuer: 'https://b.example', clientId: 'b' },
      ],
      /must have another name for each login: "oidc" is there twice/,
    ],
  ])('a file that %s', (_name, contents, want) => {
    expect(problemsOf({ DCR_UPSTREAMS_FILE: fileOf(contents) })).toEqual([
      expect.stringMatching(want),
    ]);
  });
});

describe('the variables of an upstream login: taken', () => {
  it('none, and then the app says who logs people in', () => {
    expect(optionsFromEnv({ DCR_ISSUER })).not.toHaveProperty('login');
  });

  it('an OpenID provider', () => {
    const { login } = optionsFromEnv({
      DCR_ISSUER,
      ...OIDC,
      DCR_UPSTREAM_CLIENT_SECRET_FILE: fileOf('hush\n'),
      DCR_UPSTREAM_NAME: 'corp',
      DCR_UPSTREAM_LABEL: 'Corp account',
      DCR_UPSTREAM_DOMAINS: 'example.com, example.net',
      DCR_UPSTREAM_AUTHORIZATION_PARAMETERS: 'access_type=offline&prompt=consent',
    });
    expect(login).toMatchObject({
      kind: 'upstream',
      name: 'corp',
      label: 'Corp account',
      domains: ['example.com', 'example.net'],
    });
  });

  it('a provider without OpenID Connect, named for its host', async () => {
    const { login } = optionsFromEnv({
      DCR_ISSUER,
      ...OAUTH2,
      DCR_UPSTREAM_SUBJECT_FIELDS: 'id',
      DCR_UPSTREAM_NAME_FIELDS: 'name login',
    });
    expect(login).toMatchObject({ kind: 'upstream', name: 'oauth2', label: 'github.example' });
  });

  it('all that a server needs, and without any of it the error names the variable', () => {
    const logger = createLogRecorder().logger;
    const environment = optionsFromEnv({ DCR_ISSUER, ...OIDC });
    expect(() => createAuthorizationServer({ ...environment, logger })).not.toThrow();
    expect(() => createAuthorizationServer(optionsFromEnv({ DCR_ISSUER }))).toThrow(
      'login (DCR_UPSTREAM_ISSUER): is required',
    );
  });

  it('several, from a file', () => {
    const DCR_UPSTREAMS_FILE = fileOf([
      { issuer: 'https://a.example', clientId: 'a', clientSecretFile: fileOf('hush') },
      { ...gitHub, clientSecret: 'hush' },
    ]);
    expect(optionsFromEnv({ DCR_ISSUER, DCR_UPSTREAMS_FILE }).login).toMatchObject([
      { name: 'oidc', label: 'a.example' },
      { name: 'github', label: 'GitHub' },
    ]);
  });
});

const gitHub = {
  name: 'github',
  label: 'GitHub',
  authorizationEndpoint: 'https://github.example/authorize',
  tokenEndpoint: 'https://github.example/token',
  userinfoEndpoint: 'https://api.github.example/user',
  clientId: 'app',
};
