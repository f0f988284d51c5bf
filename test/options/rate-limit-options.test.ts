import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '../../lib/options/configuration-error.ts';
import { optionsFromEnv } from '../../lib/env.ts';
import { DEFAULTS } from '../../lib/options/options.ts';
import { createTestApp } from '../support/app.ts';
import { few, registerAs, statuses, times } from '../http/support/limits.ts';

const DCR_ISSUER = 'https://auth.example.com';

function problemsIn(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ variable, message }) => `${variable ?? '-'}: ${message}`);
  }
  return [];
}

function problemsOf(rateLimits: unknown): string[] {
  return problemsIn(() => createTestApp({ options: { rateLimits: rateLimits as object } }));
}

const RULE = 'must be { limit, windowSeconds }, false for no limit, or a middleware of your own';
const LIMIT = 'must have a limit that is a positive whole number';
const WINDOW = 'must have a window of whole seconds, from 1 to 86400 (24 hours)';

describe('rate limits in the options', () => {
  it.each<{ name: string; value: unknown; want: string[] }>([
    ...[null, 60, '60/1m', [], true].map((value) => ({
      name: `${JSON.stringify(value)} instead of limits`,
      value,
      want: ['-: must be an object with a limit for each name'],
    })),
    {
      name: 'a limit that there is not',
      value: { registration: { limit: 1, windowSeconds: 1 } },
      want: ['-: has no limit named "registration"'],
    },
    {
      name: 'a name that every object has',
      value: { constructor: false },
      want: ['-: has no limit named "constructor"'],
    },
    ...[null, true, 60, '60/1m', ''].map((register) => ({
      name: `a limit of ${JSON.stringify(register)}`,
      value: { register },
      want: [`DCR_RATE_LIMIT_REGISTER: register ${RULE}`],
    })),
    ...[0, -1, 1.5, NaN, Infinity, '60', undefined].map((limit) => ({
      name: `${String(limit)} requests`,
      value: { token: { limit, windowSeconds: 60 } },
      want: [`DCR_RATE_LIMIT_TOKEN: token ${LIMIT}`],
    })),
    ...[0, -1, 0.5, NaN, 86_401, '60', undefined].map((windowSeconds) => ({
      name: `a window of ${String(windowSeconds)}`,
      value: { authorize: { limit: 1, windowSeconds } },
      want: [`DCR_RATE_LIMIT_AUTHORIZE: authorize ${WINDOW}`],
    })),
    {
      name: 'networks that are no list',
      value: { exempt: '203.0.113.0/24' },
      want: ['DCR_RATE_LIMIT_EXEMPT: exempt must be a list of networks'],
    },
    {
      name: 'all of it at once',
      value: {
        register: {},
        registerTotal: 1,
        authorize: false,
        exempt: ['203.0.113.0/24', 'all', 7],
      },
      want: [
        `DCR_RATE_LIMIT_REGISTER: register ${LIMIT}`,
        `DCR_RATE_LIMIT_REGISTER: register ${WINDOW}`,
        `DCR_RATE_LIMIT_REGISTER_TOTAL: registerTotal ${RULE}`,
        'DCR_RATE_LIMIT_EXEMPT: exempt contains "all" which is not a network such as 203.0.113.0/24 or 2001:db8::/32',
        'DCR_RATE_LIMIT_EXEMPT: exempt contains 7 which is not a network such as 203.0.113.0/24 or 2001:db8::/32',
      ],
    },
  ])('refuse $name', ({ value, want }) => {
    expect(problemsOf(value)).toEqual(want);
  });

  it.each([
    undefined,
    {},
    { register: undefined, exempt: undefined },
    { register: false, registerTotal: false, authorize: false, token: false },
    { register: () => undefined, token: { limit: 1, windowSeconds: 86_400 } },
    { exempt: ['203.0.113.0/24', '2001:db8::/32', '192.0.2.1', '::1'] },
  ])('take %p', (value) => {
    expect(problemsOf(value)).toEqual([]);
  });

  it('are copied: what the host does to its own later changes nothing', async () => {
    const rateLimits = { register: few(1), registerTotal: few(9), exempt: [] as string[] };
    const { app } = createTestApp({ options: { rateLimits } });
    rateLimits.register.limit = 100;
    rateLimits.exempt.push('0.0.0.0/0');
    expect(statuses(await times(2, () => registerAs(app)))).toEqual([201, 429]);
  });
});

describe('rate limits from the environment', () => {
  const read = (env: Record<string, string>): unknown =>
    optionsFromEnv({ DCR_ISSUER, ...env }).rateLimits;

  it.each(['60', '60/', '/1m', '60/1w', '60 / 1m', '-1/1m', '1.5/1m', 'false', 'none', '60/1m/1'])(
    'refuse %j',
    (value) => {
      expect(problemsIn(() => read({ DCR_RATE_LIMIT_TOKEN: value }))).toEqual([
        `DCR_RATE_LIMIT_TOKEN: ${JSON.stringify(value)} is neither off nor a limit such as 60/1m`,
      ]);
    },
  );

  it('say everything that is wrong, each under its variable', () => {
    const env = {
      DCR_RATE_LIMIT_REGISTER: 'x',
      DCR_RATE_LIMIT_REGISTER_TOTAL: '0/1m',
      DCR_RATE_LIMIT_AUTHORIZE: '1/2d',
      DCR_RATE_LIMIT_TOKEN: '1/1m',
      DCR_RATE_LIMIT_EXEMPT: '203.0.113.0/24, nowhere',
      DCR_RATE_LIMIT_REGISTRATION: '1/1m',
    };
    expect(problemsIn(() => read(env))).toEqual([
      'DCR_RATE_LIMIT_REGISTRATION: is not a known variable; did you mean DCR_RATE_LIMIT_REGISTER?',
      'DCR_RATE_LIMIT_REGISTER: "x" is neither off nor a limit such as 60/1m',
      `DCR_RATE_LIMIT_REGISTER_TOTAL: registerTotal ${LIMIT}`,
      `DCR_RATE_LIMIT_AUTHORIZE: authorize ${WINDOW}`,
      'DCR_RATE_LIMIT_EXEMPT: exempt contains "nowhere" which is not a network such as 203.0.113.0/24 or 2001:db8::/32',
    ]);
  });

  it.each([
    { env: {}, want: undefined },
    { env: { DCR_RATE_LIMIT_TOKEN: '', DCR_RATE_LIMIT_EXEMPT: ' ' }, want: undefined },
    {
      env: { DCR_RATE_LIMIT_REGISTER: '5/30' },
      want: { register: { limit: 5, windowSeconds: 30 } },
    },
    {
      env: { DCR_RATE_LIMIT_AUTHORIZE: '7/2h', DCR_RATE_LIMIT_TOKEN: 'off' },
      want: { authorize: { limit: 7, windowSeconds: 7200 }, token: false },
    },
    {
      env: { DCR_RATE_LIMIT_EXEMPT: '203.0.113.0/24 2001:db8::/32,192.0.2.1' },
      want: { exempt: ['203.0.113.0/24', '2001:db8::/32', '192.0.2.1'] },
    },
  ])('$env', ({ env, want }) => {
    expect(read(env as Record<string, string>)).toEqual(want);
  });

  it('leave every default where it is that they do not name', () => {
    const { rateLimits } = optionsFromEnv({ DCR_ISSUER, DCR_RATE_LIMIT_TOKEN: 'off' });
    expect(problemsOf({ ...DEFAULTS.rateLimits, ...rateLimits })).toEqual([]);
    expect(rateLimits).toEqual({ token: false });
  });
});
