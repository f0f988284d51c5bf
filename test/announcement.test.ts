import { describe, expect, it } from '@jest/globals';
import { createAuthorizationServer } from '../lib/authorization-server.ts';
import { hostLogin } from '../lib/login/host-login.ts';
import { MemoryStore } from '../lib/storage/memory/memory-store.ts';
import { SIGNING_KEY } from './support/deployment.ts';
import { createTestApp } from './support/app.ts';
import { createClock } from './support/clock.ts';
import { register } from './support/flow.ts';
import { createLogRecorder, type LogRecorder } from './support/log-recorder.ts';

const signingKeys = SIGNING_KEY;

/** Everything a production server has: nothing to warn of. */
const WHOLE = {
  issuer: 'https://auth.example.com',
  secret: 'a secret that is long enough to be one',
  signingKeys,
};

function start(options: object = {}): LogRecorder {
  const log = createLogRecorder();
  createAuthorizationServer({
    ...WHOLE,
    store: new MemoryStore({ now: createClock().now }),
    login: hostLogin({ user: () => undefined, url: '/login' }),
    logger: log.logger,
    ...options,
  });
  return log;
}

const IN_MEMORY =
  'clients and logins are kept in memory only: a restart loses them, and no second instance sees them (set DCR_REDIS_URL)';
const MADE =
  'secrets were made for this run: a restart makes every token invalid (set DCR_SECRET and DCR_SIGNING_KEYS)';
const HTTP = 'the issuer is http: for development only';
const NO_LIMIT =
  'registration is open and each network may register without limit (set DCR_RATE_LIMIT_REGISTER)';
const FLOOD =
  'a flood of registrations that keeps to the limit leaves no room for newcomers (raise DCR_MAX_UNUSED_CLIENTS, or lower DCR_RATE_LIMIT_REGISTER_TOTAL)';
const DOCUMENTS =
  'the baseline is also for clients that are known by a metadata document: whoever can publish one may ask for these scopes (narrow it with DCR_CLIENT_ID_METADATA_DOCUMENT_HOSTS, or by rules with client_id_host)';
const RULE = { name: 'claude', match: { client_name: 'Claude*' }, scopes: ['offline_access'] };
const NO_OFFLINE =
  'offline_access is not among the supported scopes: no client will get a refresh token';

describe('the log at start', () => {
  it.each<{ name: string; options: object; fields: object }>([
    {
      name: 'A35: says the baseline when there is one',
      options: { baselineClientScopes: ['offline_access', 'email'] },
      fields: {
        issuer: 'https://auth.example.com',
        scopes_supported: 'openid profile email offline_access',
        baseline: 'offline_access email',
      },
    },
    {
      name: 'A35: says the rules, and that the host has a function of its own',
      options: { baselineRules: [RULE], baseline: () => [] },
      fields: {
        issuer: 'https://auth.example.com',
        scopes_supported: 'openid profile email offline_access',
        baseline_rules: [{ ...RULE, match: { client_name: ['Claude*'] } }],
        baseline_function: true,
      },
    },
    {
      name: 'A35: says nothing of a baseline when there is none',
      options: {},
      fields: {
        issuer: 'https://auth.example.com',
        scopes_supported: 'openid profile email offline_access',
      },
    },
    {
      name: 'A35: says nothing of a baseline when it is empty',
      options: { scopesSupported: ['offline_access'], baselineClientScopes: [] },
      fields: { issuer: 'https://auth.example.com', scopes_supported: 'offline_access' },
    },
  ])('$name, in exactly one line', ({ options, fields }) => {
    const { entries } = start(options);
    expect(entries).toEqual([{ level: 'info', message: 'authorization server started', fields }]);
  });

  it.each<{ name: string; options: object; want: object[] }>([
    {
      name: 'the memory store',
      options: { store: undefined },
      want: [{ level: 'warn', message: IN_MEMORY, fields: { code: 'ERR_DCR_MEMORY_ONLY' } }],
    },
    {
      name: 'a secret that was made',
      options: { secret: undefined },
      want: [
        {
          level: 'warn',
          message: MADE,
          fields: { code: 'ERR_DCR_SECRETS_MADE', made: ['secret'] },
        },
      ],
    },
    {
      name: 'a list of no secrets',
      options: { secret: [] },
      want: [
        {
          level: 'warn',
          message: MADE,
          fields: { code: 'ERR_DCR_SECRETS_MADE', made: ['secret'] },
        },
      ],
    },
    {
      name: 'a signing key that was made',
      options: { signingKeys: undefined },
      want: [
        {
          level: 'warn',
          message: MADE,
          fields: { code: 'ERR_DCR_SECRETS_MADE', made: ['signing key'] },
        },
      ],
    },
    {
      name: 'both that were made, in one line',
      options: { secret: undefined, signingKeys: undefined },
      want: [
        {
          level: 'warn',
          message: MADE,
          fields: { code: 'ERR_DCR_SECRETS_MADE', made: ['secret', 'signing key'] },
        },
      ],
    },
    {
      name: 'an http issuer',
      options: { issuer: 'http://localhost:3000' },
      want: [
        {
          level: 'warn',
          message: HTTP,
          fields: { code: 'ERR_DCR_ISSUER_NOT_HTTPS', issuer: 'http://localhost:3000' },
        },
      ],
    },
    {
      name: 'open registration without a limit',
      options: { rateLimits: { register: false } },
      want: [
        { level: 'warn', message: NO_LIMIT, fields: { code: 'ERR_DCR_REGISTRATION_UNLIMITED' } },
      ],
    },
    {
      name: 'less room for unused clients than a flood takes in half an hour',
      options: { maxUnusedClients: 35_999 },
      want: [
        {
          level: 'warn',
          message: FLOOD,
          fields: { code: 'ERR_DCR_FLOOD_FILLS_STORE', flood: 36_000, maxUnusedClients: 35_999 },
        },
      ],
    },
    {
      name: 'a limit for all that is higher than the room for unused clients allows',
      options: { rateLimits: { registerTotal: { limit: 50_000, windowSeconds: 1_799 } } },
      want: [
        {
          level: 'warn',
          message: FLOOD,
          fields: { code: 'ERR_DCR_FLOOD_FILLS_STORE', flood: 50_028, maxUnusedClients: 50_000 },
        },
      ],
    },
    {
      name: 'a baseline that is for documents too',
      options: { clientIdMetadataDocuments: true, baselineClientScopes: ['offline_access'] },
      want: [
        {
          level: 'warn',
          message: DOCUMENTS,
          fields: { code: 'ERR_DCR_BASELINE_FOR_DOCUMENTS', baseline: 'offline_access' },
        },
      ],
    },
    {
      name: 'a rule that goes by what clients say of themselves',
      options: {
        clientIdMetadataDocuments: true,
        baselineRules: [
          RULE,
          { ...RULE, name: 'by host', match: { client_id_host: 'app.example.com' } },
        ],
      },
      want: [
        {
          level: 'warn',
          message: DOCUMENTS,
          fields: { code: 'ERR_DCR_BASELINE_FOR_DOCUMENTS', rules: ['claude'] },
        },
      ],
    },
    {
      name: 'offline_access that is missing',
      options: { scopesSupported: ['openid'] },
      want: [{ level: 'warn', message: NO_OFFLINE, fields: { code: 'ERR_DCR_NO_REFRESH_TOKENS' } }],
    },
  ])('warns once of $name', ({ options, want }) => {
    expect(start(options).at('warn')).toEqual(want);
  });

  it.each([
    { name: 'there is as much room as the limit needs', options: { maxUnusedClients: 36_000 } },
    { name: 'not everybody may register', options: { maxUnusedClients: 100, registration: 'off' } },
    {
      name: 'the host counts',
      options: { maxUnusedClients: 100, rateLimits: { registerTotal: (): void => undefined } },
    },
    {
      name: 'there is no limit for all',
      options: { maxUnusedClients: 100, rateLimits: { registerTotal: false } },
    },
  ])('does not warn of a flood when $name', ({ options }) => {
    expect(start(options).at('warn')).toEqual([]);
  });

  it('warns of everything that holds, each once, and still has one info line', () => {
    const log = start({
      issuer: 'http://localhost:3000',
      scopesSupported: ['openid'],
      store: undefined,
      secret: undefined,
      signingKeys: undefined,
    });
    expect(log.at('warn').map(({ message }) => message)).toEqual([
      IN_MEMORY,
      MADE,
      HTTP,
      NO_OFFLINE,
    ]);
    expect(log.at('info')).toHaveLength(1);
    expect(log.entries).toHaveLength(5);
  });

  it('says nothing of secrets and keys', () => {
    const text = start({ secret: ['a'.repeat(40), 'b'.repeat(40)] }).text();
    expect(text).not.toMatch(/aaaa|bbbb|PRIVATE KEY/);
    expect(text).not.toContain(WHOLE.secret);
  });
});

describe('the log of a registration', () => {
  const options = { baselineClientScopes: ['offline_access'] };

  it('A35: has the expansion at debug when the set grew', async () => {
    const { app, log } = createTestApp({ options });
    const before = log.entries.length;
    const { body } = await register(app, { scope: 'openid' });
    const { client_id } = body as { client_id: string };
    const decided = {
      client_id,
      requested: ['openid'],
      baseline: [{ scope: 'offline_access', rule: 'global' }],
      registered: [
        { scope: 'openid', origin: 'requested' },
        { scope: 'offline_access', origin: { baseline: 'global' } },
      ],
      network: '127.0.0.1',
    };
    expect(log.entries.slice(before)).toEqual([
      {
        level: 'debug',
        message: 'client registered',
        fields: { event: 'client.registered', by: 'client', ...decided },
      },
      {
        level: 'debug',
        message: 'client scope expanded by the baseline',
        fields: { event: 'client.expanded', by: 'server', ...decided },
      },
    ]);
  });

  it.each([
    { name: 'the client asked for the baseline itself', options, scope: 'offline_access openid' },
    { name: 'the client asked for nothing and the defaults have it', options, scope: undefined },
    { name: 'there is no baseline', options: {}, scope: 'openid' },
  ])('A35: has no expansion when $name', async ({ options: given, scope }) => {
    const { app, log } = createTestApp({ options: given });
    const before = log.entries.length;
    await register(app, { scope });
    expect(log.entries.slice(before).map(({ level, message }) => ({ level, message }))).toEqual([
      { level: 'debug', message: 'client registered' },
    ]);
  });
});
