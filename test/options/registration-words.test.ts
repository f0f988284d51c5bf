import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createAuthorizationServer } from '../../lib/authorization-server.ts';
import { ConfigurationError } from '../../lib/options/configuration-error.ts';
import { optionsFromEnv } from '../../lib/env.ts';
import { hostLogin } from '../../lib/login/host-login.ts';
import { createTestApp } from '../support/app.ts';
import { METADATA } from '../support/flow.ts';
import { createLogRecorder } from '../support/log-recorder.ts';

const issuer = 'https://auth.example.com';
const login = hostLogin({ user: () => undefined, url: '/login' });

/** As short as a token may be. */
const TOKEN = `hunter2${'a'.repeat(36)}`;
const OTHER = `hunter3${'b'.repeat(80)}`;

const MAKE =
  "make one with: node -p \"require('node:crypto').randomBytes(32).toString('base64url')\"";
const REQUIRED = `are required when registration is "token" and no store is shared; ${MAKE}`;
const WEAK = `must have at least 43 characters of base64url each (spaces and commas separate several); ${MAKE}`;
const REPEATED = 'holds the same token twice';

const folder = mkdtempSync(join(tmpdir(), 'registration-words-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileOf(text: string): string {
  const path = join(folder, 'tokens');
  writeFileSync(path, text);
  return path;
}

/** Option, variable and message of each problem. */
function problemsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(error.message).not.toMatch(/hunter[23]/);
    return error.problems.map(({ option, variable = '', message }) =>
      [option, variable, message].join(': '),
    );
  }
  return [];
}

function ofOptions(options: object): string[] {
  const { logger, entries } = createLogRecorder();
  const problems = problemsOf(() =>
    createAuthorizationServer({ issuer, login, logger, ...options }),
  );
  expect(entries.length === 0).toBe(problems.length > 0);
  return problems;
}

const ofEnv = (env: Record<string, string>): string[] =>
  problemsOf(() => optionsFromEnv({ DCR_ISSUER: issuer, ...env }));

const CHOICES = [
  { option: 'registration', variable: 'DCR_REGISTRATION', words: 'open, token, off' },
  { option: 'invalidRedirectUris', variable: 'DCR_INVALID_REDIRECT_URIS', words: 'reject, drop' },
  { option: 'unsupportedScopes', variable: 'DCR_UNSUPPORTED_SCOPES', words: 'reject, drop' },
  { option: 'scopeCeiling', variable: 'DCR_SCOPE_CEILING', words: 'registered, supported' },
  { option: 'refreshTokens', variable: 'DCR_REFRESH_TOKENS', words: 'offline_access, grant_type' },
];

describe('options of registrations: refused', () => {
  const wrong = ['', 'on', 'OPEN', 'Drop', ' drop', 'true', 'constructor', null, true, false, 1];

  it.each(CHOICES.flatMap((choice) => wrong.map((value) => ({ ...choice, value }))))(
    '$option of $value',
    ({ option, variable, words, value }) => {
      expect(ofOptions({ [option]: value })).toEqual([
        `${option}: ${variable}: ${JSON.stringify(value)} is not one of ${words}`,
      ]);
    },
  );

  it.each(
    CHOICES.flatMap((choice) =>
      ['on', 'OPEN', 'Drop', 'true', 'constructor'].map((value) => ({ ...choice, value })),
    ),
  )('$variable=$value', ({ option, variable, words, value }) => {
    expect(ofEnv({ [variable]: value })).toEqual([
      `${option}: ${variable}: ${JSON.stringify(value)} is not one of ${words}`,
    ]);
  });

  it.each<{ name: string; tokens?: readonly string[]; want: string }>([
    { name: 'none', want: REQUIRED },
    { name: 'an empty list', tokens: [], want: REQUIRED },
    { name: 'one that is too short', tokens: [TOKEN.slice(1)], want: WEAK },
    { name: 'a short one beside a good one', tokens: [TOKEN, 'hunter2'], want: WEAK },
    { name: 'an empty one', tokens: [''], want: WEAK },
    { name: 'one with a space', tokens: [`${TOKEN} ${TOKEN}`], want: WEAK },
    { name: 'one with a line end', tokens: [`${TOKEN}\n`], want: WEAK },
    { name: 'one in quotes', tokens: [`"${TOKEN}"`], want: WEAK },
    { name: 'one that is not ASCII', tokens: [`${TOKEN}\u00e9`], want: WEAK },
    { name: 'one with a header around it', tokens: [`Bearer ${TOKEN}`], want: WEAK },
    { name: 'one with padding in the middle', tokens: [`a=${TOKEN}`], want: WEAK },
    { name: 'one twice', tokens: [TOKEN, OTHER, TOKEN], want: REPEATED },
  ])("the tokens of registration: 'token': $name", ({ tokens, want }) => {
    expect(ofOptions({ registration: 'token', initialAccessTokens: tokens })).toEqual([
      `initialAccessTokens: DCR_INITIAL_ACCESS_TOKENS: ${want}`,
    ]);
  });

  it('bad tokens also while nobody can register', () => {
    const options = { registration: 'off', initialAccessTokens: ['hunter2'] };
    expect(ofOptions(options)).toEqual([`initialAccessTokens: DCR_INITIAL_ACCESS_TOKENS: ${WEAK}`]);
  });

  it.each<{ name: string; env: () => Record<string, string>; want: string }>([
    { name: 'no token', env: () => ({}), want: REQUIRED },
    { name: 'an empty list', env: () => ({ DCR_INITIAL_ACCESS_TOKENS: ' ' }), want: REQUIRED },
    { name: 'commas', env: () => ({ DCR_INITIAL_ACCESS_TOKENS: ', ,' }), want: REQUIRED },
    {
      name: 'an empty file',
      env: () => ({ DCR_INITIAL_ACCESS_TOKENS_FILE: fileOf('\n') }),
      want: 'names a file that is empty',
    },
    { name: 'a short one', env: () => ({ DCR_INITIAL_ACCESS_TOKENS: 'hunter2' }), want: WEAK },
    {
      name: 'a short one in a file',
      env: () => ({ DCR_INITIAL_ACCESS_TOKENS_FILE: fileOf(`${TOKEN}\nhunter2\n`) }),
      want: WEAK,
    },
    {
      name: 'the same one twice',
      env: () => ({ DCR_INITIAL_ACCESS_TOKENS: `${TOKEN},${TOKEN}` }),
      want: REPEATED,
    },
    {
      name: 'a list and a file',
      env: () => ({
        DCR_INITIAL_ACCESS_TOKENS: TOKEN,
        DCR_INITIAL_ACCESS_TOKENS_FILE: fileOf(OTHER),
      }),
      want: 'and DCR_INITIAL_ACCESS_TOKENS_FILE are both set; keep one of them',
    },
    {
      name: 'a file that is not there',
      env: () => ({ DCR_INITIAL_ACCESS_TOKENS_FILE: join(folder, 'nowhere') }),
      want: 'names a file that cannot be read (ENOENT)',
    },
    {
      name: 'a token in place of the name of a file',
      env: () => ({ DCR_INITIAL_ACCESS_TOKENS_FILE: TOKEN }),
      want: 'names a file that cannot be read (ENOENT)',
    },
  ])('DCR_REGISTRATION=token with $name', ({ env, want }) => {
    expect(ofEnv({ DCR_REGISTRATION: 'token', ...env() })).toEqual([
      `initialAccessTokens: DCR_INITIAL_ACCESS_TOKENS: ${want}`,
    ]);
  });

  it('all at once, and no token is repeated', () => {
    const problems = ofEnv({
      DCR_REGISTRATION: 'tokens',
      DCR_INITIAL_ACCESS_TOKENS: 'hunter2',
      DCR_INVALID_REDIRECT_URIS: 'keep',
      DCR_REFRESH_TOKENS: 'always',
    });
    expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual([
      'initialAccessTokens',
      'invalidRedirectUris',
      'refreshTokens',
      'registration',
    ]);
  });
});

describe('options of registrations: accepted', () => {
  it.each([
    { registration: 'open' },
    { registration: 'off' },
    { registration: 'token', initialAccessTokens: [TOKEN] },
    { registration: 'token', initialAccessTokens: [TOKEN, OTHER, `${TOKEN}~+/._-==`] },
    { registration: 'off', initialAccessTokens: [TOKEN] },
    { invalidRedirectUris: 'reject', unsupportedScopes: 'reject' },
    { invalidRedirectUris: 'drop', unsupportedScopes: 'drop' },
    { scopeCeiling: 'registered', refreshTokens: 'offline_access' },
    { scopeCeiling: 'supported', refreshTokens: 'grant_type' },
    Object.fromEntries(CHOICES.map(({ option }) => [option, undefined])),
  ])('case %#', (options) => {
    expect(ofOptions(options)).toEqual([]);
  });

  it.each(
    CHOICES.flatMap(({ words, ...choice }) =>
      words.split(', ').map((value) => ({ ...choice, value })),
    ).filter(({ value }) => value !== 'token'),
  )('$variable=$value', ({ option, variable, value }) => {
    const read = optionsFromEnv({ DCR_ISSUER: issuer, [variable]: value });
    expect(read).toEqual({ issuer, [option]: value });
  });

  it.each([
    { name: 'with a space', env: () => ({ DCR_INITIAL_ACCESS_TOKENS: `${TOKEN} ${OTHER}` }) },
    { name: 'with a comma', env: () => ({ DCR_INITIAL_ACCESS_TOKENS: `${TOKEN},${OTHER}` }) },
    {
      name: 'in a file, one in each line',
      env: () => ({ DCR_INITIAL_ACCESS_TOKENS_FILE: fileOf(`${TOKEN}\r\n${OTHER}\n`) }),
    },
  ])('tokens from the environment, $name', ({ env }) => {
    expect(optionsFromEnv({ DCR_ISSUER: issuer, DCR_REGISTRATION: 'token', ...env() })).toEqual({
      issuer,
      registration: 'token',
      initialAccessTokens: [TOKEN, OTHER],
    });
  });

  it('and what the host does to its list of tokens later changes nothing', async () => {
    const initialAccessTokens = [TOKEN];
    const { app } = createTestApp({ options: { registration: 'token', initialAccessTokens } });
    initialAccessTokens.length = 0;
    const request = supertest(app).post('/oauth/register').auth(TOKEN, { type: 'bearer' });
    expect((await request.send(METADATA)).status).toBe(201);
    expect(Object.isFrozen(initialAccessTokens)).toBe(false);
  });
});
