import { describe, expect, it } from '@jest/globals';
import { createAuthorizationServer } from '../../lib/authorization-server.ts';
import { ConfigurationError } from '../../lib/options/configuration-error.ts';
import { optionsFromEnv } from '../../lib/env.ts';
import { hostLogin } from '../../lib/login/host-login.ts';
import { createTestApp } from '../support/app.ts';
import { register } from '../support/flow.ts';
import { createLogRecorder } from '../support/log-recorder.ts';

const issuer = 'https://auth.example.com';
const TOKEN = 'a'.repeat(43);
const NOTHING_LEFT = {
  option: 'restrictedScopes',
  variable: 'DCR_RESTRICTED_SCOPES',
  code: 'ERR_DCR_NO_SCOPE_LEFT',
  message:
    'leaves no scope that a client could register: keep one free, or set registration to "off"',
};

function problemsOf(run: () => unknown): readonly object[] {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems;
  }
  return [];
}

interface Settings {
  readonly scopesSupported?: readonly string[];
  readonly restrictedScopes: readonly string[];
  readonly registration?: 'open' | 'token' | 'off';
}

/** What is wrong with the same settings as options and as variables. */
function problemsOfBoth(settings: Settings): (readonly object[])[] {
  const login = hostLogin({ user: () => undefined, url: '/login' });
  const { logger } = createLogRecorder();
  const { scopesSupported, restrictedScopes, registration } = settings;
  const isByToken = registration === 'token';
  const tokens = isByToken ? { initialAccessTokens: [TOKEN] } : {};
  return [
    problemsOf(() => createAuthorizationServer({ issuer, login, logger, ...settings, ...tokens })),
    problemsOf(() =>
      optionsFromEnv({
        DCR_ISSUER: issuer,
        DCR_RESTRICTED_SCOPES: restrictedScopes.join(' '),
        DCR_SCOPES_SUPPORTED: scopesSupported?.join(' '),
        DCR_REGISTRATION: registration,
        DCR_INITIAL_ACCESS_TOKENS: isByToken ? TOKEN : undefined,
      }),
    ),
  ];
}

const ALL = ['openid', 'profile', 'email', 'offline_access'];

describe('restricting every scope that is supported', () => {
  it.each<Settings & { name: string }>([
    { name: 'the defaults, by name', restrictedScopes: ALL },
    { name: 'the defaults, and more', restrictedScopes: ['admin', ...ALL] },
    { name: 'the defaults, by prefixes', restrictedScopes: ['o*', 'p*', 'email'] },
    { name: 'the only one', scopesSupported: ['mcp'], restrictedScopes: ['mcp'] },
    {
      name: 'all by one prefix',
      scopesSupported: ['mcp:read', 'mcp:write'],
      restrictedScopes: ['mcp:*'],
    },
    { name: 'where all may register', registration: 'open', restrictedScopes: ALL },
    { name: 'where it takes a token to register', registration: 'token', restrictedScopes: ALL },
  ])('is refused at the start: $name', ({ name: _, ...settings }) => {
    expect(problemsOfBoth(settings)).toEqual([[NOTHING_LEFT], [NOTHING_LEFT]]);
  });

  it('is one problem among others', () => {
    const [options] = problemsOfBoth({
      scopesSupported: ['mcp', 'mcp'],
      restrictedScopes: ['mcp'],
    });
    expect(options).toEqual([expect.objectContaining({ option: 'scopesSupported' }), NOTHING_LEFT]);
  });

  it.each<Settings & { name: string }>([
    { name: 'nobody registers', registration: 'off', restrictedScopes: ALL },
    { name: 'one is left', restrictedScopes: ALL.slice(1) },
    {
      name: 'one is left beside a prefix',
      scopesSupported: ['mcp', 'mcp:x'],
      restrictedScopes: ['mcp:*'],
    },
    { name: 'nothing is restricted', restrictedScopes: [] },
    { name: 'only what is not supported is', scopesSupported: ['mcp'], restrictedScopes: ALL },
  ])('is not what happens when $name', ({ name: _, ...settings }) => {
    expect(problemsOfBoth(settings)).toEqual([[], []]);
  });

  it('but for one leaves that one to register', async () => {
    const { app } = createTestApp({ options: { restrictedScopes: ALL.slice(1) } });
    const { status, body } = await register(app);
    expect({ status, body }).toMatchObject({ status: 201, body: { scope: 'openid' } });
  });
});
