import { describe, expect, it } from '@jest/globals';
import { FETCH_LIMITS } from '../../lib/fetch-admission.ts';
import { ConfigurationError } from '../../lib/options/configuration-error.ts';
import { optionsFromEnv, type EnvironmentOptions } from '../../lib/env.ts';
import { parseDuration } from '../../lib/env/values.ts';
import { VARIABLES } from '../../lib/options/option-variables.ts';
import { DEFAULTS } from '../../lib/options/options.ts';
import { RATE_LIMIT_VARIABLES } from '../../lib/options/rate-limits-check.ts';
import { filesOf, textOf } from './files.ts';

/** A row of a table, by the names of its columns. */
type Row = Readonly<Record<string, string>>;

/** The rows of the tables whose first column has this name. */
function tableOf(path: string, firstColumn: string): Row[] {
  const lines = textOf(path).split('\n');
  const starts = lines.flatMap((line, i) => (cellsOf(line)[0] === firstColumn ? [i] : []));
  if (starts.length === 0) throw new Error(`${path} has no table that begins with ${firstColumn}`);
  return starts.flatMap((start) => {
    const names = cellsOf(lines[start]);
    const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'));
    return lines.slice(start + 2, end).map((line) => {
      const cells = cellsOf(line);
      return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
    });
  });
}

function cellsOf(line = ''): string[] {
  if (!line.startsWith('|')) return [];
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** What stands in backticks. */
function codeIn(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

function sorted(names: Iterable<string>): string[] {
  return [...names].sort();
}

const issuer = 'https://app.example.com';

/** The members of an interface, as its file says them. */
function membersOf(path: string, name: string): { name: string; isRequired: boolean }[] {
  const [, body] =
    new RegExp(`^export interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)^\\}`, 'm').exec(textOf(path)) ??
    [];
  if (body === undefined) throw new Error(`${path} has no interface ${name}`);
  return [...body.matchAll(/^ {2}readonly (\w+)(\??):/gm)].map(([, member = '', mark]) => ({
    name: member,
    isRequired: mark === '',
  }));
}

describe('the table of options for app developers', () => {
  const rows = tableOf('docs/app-developers/options.md', 'Option').map((row) => ({
    ...row,
    option: codeIn(row['Option'])[0] ?? '',
    variable: codeIn(row['Variable'])[0],
    defaults: codeIn(row['Default']),
    isRequired: row['Default'] === 'required',
  }));
  const members = [
    ['options', 'AuthorizationServerOptions'],
    ['registration-options', 'RegistrationOptions'],
    ['scope-options', 'ScopeOptions'],
    ['lifetime-options', 'LifetimeOptions'],
  ].flatMap(([file = '', name = '']) => membersOf(`lib/options/${file}.ts`, name));

  it('has every option there is, once, and no other', () => {
    expect(members.length).toBeGreaterThan(10);
    expect(sorted(rows.map(({ option }) => option))).toEqual(
      sorted(members.map(({ name }) => name)),
    );
  });

  it('says which are required', () => {
    const required = (list: readonly { isRequired: boolean }[]): unknown[] =>
      list.filter(({ isRequired }) => isRequired);
    expect(required(rows).length).toBe(required(members).length);
    for (const { name, isRequired } of members) {
      expect({
        name,
        isRequired: rows.find(({ option }) => option === name)?.isRequired,
      }).toEqual({ name, isRequired });
    }
  });

  it('has every default of the code, and no other', () => {
    const documented = rows.flatMap(({ option, defaults: [json] }) =>
      json === undefined ? [] : [[option, JSON.parse(json) as unknown]],
    );
    expect(Object.fromEntries(documented)).toEqual(DEFAULTS);
  });

  it('says each lifetime a second time, as a duration', () => {
    const lifetimes = rows.filter(({ option }) => option.endsWith('TtlSeconds'));
    expect(lifetimes.length).toBeGreaterThan(3);
    for (const { option, defaults } of lifetimes) {
      const [seconds, duration = ''] = defaults;
      expect({ option, seconds: String(parseDuration(duration)) }).toEqual({ option, seconds });
    }
  });

  it('names the variable of each option that has one', () => {
    const documented = rows.flatMap(({ option, variable }) =>
      variable === undefined ? [] : [[option, variable]],
    );
    expect(Object.fromEntries(documented)).toEqual(VARIABLES);
  });
});

describe('the table of variables for operators', () => {
  const rows = tableOf('docs/environment.md', 'Variable').map((row) => ({
    names: codeIn(row['Variable']),
    defaultText: row['Default'] ?? '',
  }));
  const documented = rows.flatMap(({ names }) => names);

  /** Every name that is written in the files that read them, and the twins they make of some. */
  const known = new Set(
    [...filesOf('lib/env'), { text: textOf('lib/env.ts') }]
      .map(({ text }) => text)
      .join('')
      .split(/[{}]/)
      .flatMap((part) => {
        const names = [...part.matchAll(/'(DCR_[A-Z_]+)'/g)].map(([, name = '']) => name);
        return part.includes('hasFileTwin: true') ? names.flatMap((n) => [n, `${n}_FILE`]) : names;
      }),
  );

  it('has every variable that is read, once, and no other', () => {
    expect(known.size).toBeGreaterThan(15);
    expect(sorted(documented)).toEqual(sorted(known));
  });

  it('has the variable of every option', () => {
    expect(documented).toEqual(expect.arrayContaining(Object.values(VARIABLES)));
  });

  it.each(documented)('has %s, which is not refused as unknown', (name) => {
    const unknown: string[] = [];
    try {
      optionsFromEnv({ DCR_ISSUER: issuer, [name]: 'x' });
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      unknown.push(...error.problems.flatMap(({ message }) => /not a known/.exec(message) ?? []));
    }
    expect(unknown).toEqual([]);
  });

  it('says which is required', () => {
    const required = rows.filter(({ defaultText }) => defaultText === 'required');
    expect(required.flatMap(({ names }) => names)).toEqual(['DCR_ISSUER']);
    expect(() => optionsFromEnv({})).toThrow('DCR_ISSUER');
  });

  it('has every default of the code that a variable can set, as it would be written there', () => {
    const options = Object.keys(VARIABLES) as (keyof typeof VARIABLES)[];
    const set = options.filter((option) => {
      const value: unknown = Reflect.get(DEFAULTS, option);
      return value !== undefined && Object.keys(Object(value)).length + Number(isPlain(value)) > 0;
    });
    expect(set.length).toBeGreaterThan(5);
    for (const option of set as (keyof EnvironmentOptions)[]) {
      const name = VARIABLES[option] ?? '';
      const written = codeIn(rows.find(({ names }) => names.includes(name))?.defaultText)[0];
      const read = optionsFromEnv({ DCR_ISSUER: issuer, [name]: written });
      expect({ name, value: read[option] }).toEqual({
        name,
        value: Reflect.get(DEFAULTS, option) as unknown,
      });
    }
  });

  it('has the default of each rate limit, as it would be written there', () => {
    const { exempt, ...limits } = RATE_LIMIT_VARIABLES;
    for (const [member, name] of Object.entries(limits)) {
      const written = codeIn(rows.find(({ names }) => names.includes(name))?.defaultText)[0];
      const read = optionsFromEnv({ DCR_ISSUER: issuer, [name]: written }).rateLimits;
      expect({ name, read }).toEqual({
        name,
        read: { [member]: Reflect.get(DEFAULTS.rateLimits, member) as unknown },
      });
    }
    expect(DEFAULTS.rateLimits.exempt).toEqual([]);
    expect(rows.find(({ names }) => names.includes(exempt))?.defaultText).toBe('none');
  });

  it('says none where the code has an empty default', () => {
    const empty = ['DCR_BASELINE_SCOPES', 'DCR_RESTRICTED_SCOPES', 'DCR_RESOURCES'];
    for (const name of empty) {
      expect(rows.find(({ names }) => names.includes(name))?.defaultText).toBe('none');
    }
  });

  it('has the prefix of the store', () => {
    const row = rows.find(({ names }) => names.includes('DCR_REDIS_PREFIX'));
    expect(codeIn(row?.defaultText)).toEqual([
      textConstant('lib/storage/redis/redis-store.ts', 'DEFAULT_PREFIX'),
    ]);
  });

  it('says what NODE_ENV changes', () => {
    expect(optionsFromEnv({ DCR_ISSUER: issuer }).allowMemoryStore).toBeUndefined();
    expect(optionsFromEnv({ DCR_ISSUER: issuer, NODE_ENV: 'production' }).allowMemoryStore).toBe(
      false,
    );
  });
});

describe('the table of fixed limits', () => {
  const rows = tableOf('docs/operators.md', 'Fixed').map((row) => ({
    limit: row['Fixed'] ?? '',
    value: codeIn(row['Value'])[0] ?? '',
  }));

  /** Where each stands in the code; milliseconds and bytes there, durations and KiB in the table. */
  const SOURCES: Readonly<Record<string, readonly [path: string, constant: string]>> = {
    'body of a request': ['lib/http/body.ts', 'MAX_BODY_BYTES'],
    'what is kept of one client': ['lib/services/decide-registration.ts', 'MAX_RECORD_BYTES'],
    'redirect URIs of one client': ['lib/policy/registration.ts', 'MAX_REDIRECT_URIS'],
    'characters of a redirect URI': ['lib/protocol/redirect-uri.ts', 'MAX_REDIRECT_URI_LENGTH'],
    'characters of a `client_name`': ['lib/protocol/display-metadata.ts', 'MAX_NAME_LENGTH'],
    'members of one client that have a language tag': [
      'lib/protocol/display-metadata.ts',
      'MAX_LOCALIZED',
    ],
    '`contacts` of one client': ['lib/protocol/client-metadata.ts', 'MAX_CONTACTS'],
    'a metadata document': ['lib/services/client-documents.ts', 'MAX_DOCUMENT_BYTES'],
    'one fetch of a metadata document': ['lib/outbound/internet.ts', 'DEADLINE_MS'],
    'metadata documents that an instance remembers': ['lib/client-documents.ts', 'MAX_REMEMBERED'],
    'sets of keys of clients that an instance remembers': [
      'lib/published-keys.ts',
      'MAX_REMEMBERED',
    ],
    'keys in the `jwks` of one client': ['lib/protocol/client-keys.ts', 'MAX_KEYS'],
    'keys of a client that are tried for one assertion': [
      'lib/tokens/client-assertion.ts',
      'MAX_KEYS_TRIED',
    ],
    'characters of an initial access token of the configuration, at least': [
      'lib/options/registration-check.ts',
      'MIN_TOKEN_LENGTH',
    ],
    'minted initial access tokens at a time': [
      'lib/storage/initial-access-token-store.ts',
      'MAX_INITIAL_ACCESS_TOKENS',
    ],
    'characters of a `state`': ['lib/protocol/authorization-request.ts', 'MAX_STATE_LENGTH'],
    'characters of a `sub`': ['lib/login/host-login.ts', 'MAX_SUBJECT_LENGTH'],
    'scopes in the baseline': ['lib/policy/scope-settings.ts', 'MAX_BASELINE_SCOPES'],
    'bytes of a secret, at least': ['lib/options/options-check.ts', 'MIN_SECRET_BYTES'],
    'characters of the secret of a provisioned client, at least': [
      'lib/options/provisioned-client-check.ts',
      'MIN_SECRET_LENGTH',
    ],
    '`DCR_CODE_TTL`, at most': ['lib/options/lifetimes-check.ts', 'MAX_CODE_TTL_SECONDS'],
    "from the client's request to the person's decision": [
      'lib/services/begin-elsewhere.ts',
      'PENDING_TTL_MS',
    ],
    'the refresh token before the current one still works, and gives the same successor': [
      'lib/services/refresh.ts',
      'GRACE_MS',
    ],
    'a code sent twice within this time is a doubled request; later it is a replay and ends the grant':
      ['lib/services/exchange-code.ts', 'DOUBLED_WITHIN_MS'],
    'so long after its registration an unused client is never put out to make room': [
      'lib/services/register-client.ts',
      'PROTECTED_MS',
    ],
    'grants of one person; one more ends one of the app that has the most, which would end first': [
      'lib/storage/grant-store.ts',
      'MAX_GRANTS_PER_SUBJECT',
    ],
    'a client in use is renewed at most once in': [
      'lib/services/renew-client.ts',
      'RENEW_EVERY_MS',
    ],
    'a consent is remembered for': ['lib/policy/remembered-consent.ts', 'CONSENT_TTL_MS'],
    'the limit of token requests of a whole network, times that of one client': [
      'lib/rate-limits.ts',
      'TOKEN_NETWORK_FACTOR',
    ],
    'the limit of registrations and of authorization requests of a whole site, times that of one network':
      ['lib/rate-limits.ts', 'SITE_FACTOR'],
    'a window of a rate limit, at most': ['lib/options/rate-limits-check.ts', 'MAX_WINDOW_SECONDS'],
    "a signing key of the server's own is published before it signs": [
      'lib/keys/key-set.ts',
      'PUBLISHED_BEFORE_MS',
    ],
    'whether the signing keys in Redis have changed is looked at once in': [
      'lib/keys/kept-keys.ts',
      'LOOK_EVERY_MS',
    ],
    'one question to Redis, in milliseconds': [
      'lib/storage/redis/redis-store.ts',
      'DEFAULT_COMMAND_TIMEOUT_MS',
    ],
  };

  it('has each of them', () => {
    expect(sorted(rows.map(({ limit }) => limit))).toEqual(sorted(Object.keys(SOURCES)));
  });

  it.each(rows)('says of "$limit" what the code says: $value', ({ limit, value }) => {
    const [path, constant] = SOURCES[limit] ?? ['', ''];
    expect(numberOf(value, constant)).toBe(numberConstant(path, constant));
  });

  it.each([
    { name: 'documents', limits: FETCH_LIMITS.documents },
    { name: 'client-keys', limits: FETCH_LIMITS.keys },
  ])('has the limits on fetches: $name', ({ name: family, limits }) => {
    const documented = tableOf('docs/operators.md', 'Limit')
      .map((row) => [codeIn(row['Limit'])[0] ?? '', codeIn(row['Counts'])[0]])
      .filter(([name]) => name?.startsWith(family));
    expect(documented).toEqual(limits.map(({ name, limit }) => [name, `${String(limit)}/1m`]));
  });

  it('has the default of the store that app developers read', () => {
    const settings = tableOf('docs/app-developers/options.md', 'Setting');
    const defaultOf = (name: string): unknown =>
      JSON.parse(codeIn(settings.find((row) => row['Setting'] === name)?.['Default'])[0] ?? 'null');
    const store = 'lib/storage/redis/redis-store.ts';
    expect(defaultOf('`prefix`')).toBe(textConstant(store, 'DEFAULT_PREFIX'));
    expect(defaultOf('`commandTimeoutMs`')).toBe(
      numberConstant(store, 'DEFAULT_COMMAND_TIMEOUT_MS'),
    );
  });
});

function isPlain(value: unknown): boolean {
  return typeof value !== 'object';
}

/** `64 KiB` in bytes, `10m` in the unit of the constant; a plain number is what it is. */
function numberOf(value: string, constant: string): number {
  const [, kibibytes] = /^(\d+) KiB$/.exec(value) ?? [];
  if (kibibytes !== undefined) return Number(kibibytes) * 1024;
  if (/^\d+$/.test(value)) return Number(value);
  return parseDuration(value) * (constant.endsWith('_MS') ? 1000 : 1);
}

/** What a file says on the right of `const <name> =`. */
function constantIn(path: string, name: string): string {
  const declaration = textOf(path)
    .split('\n')
    .map((line) => /^(?:export )?const (\w+) = (.+);$/.exec(line))
    .find((match) => match?.[1] === name);
  if (!declaration) throw new Error(`${path} has no constant ${name} on a line of its own`);
  return declaration[2] ?? '';
}

/** A product of whole numbers. */
function numberConstant(path: string, name: string): number {
  return constantIn(path, name)
    .split('*')
    .map((factor) => Number(factor.trim().replaceAll('_', '')))
    .reduce((product, factor) => product * factor, 1);
}

function textConstant(path: string, name: string): string {
  return constantIn(path, name).slice(1, -1);
}
