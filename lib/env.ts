/**
 * From the environment to the options, all problems at once.
 *
 * @module
 */
import { closest } from 'fastest-levenshtein';
import { ConfigurationError, type ConfigurationProblem } from './options/configuration-error.ts';
import { readRedis, REDIS_NAMES } from './env/redis.ts';
import { readUpstreams, UPSTREAM_NAMES } from './env/upstream.ts';
import {
  parseBoolean,
  parseDuration,
  namesOf,
  parseList,
  parseRateLimit,
  parseWhole,
  readJsonFile,
  valueOf,
  ValueError,
  type Environment,
} from './env/values.ts';
import { loginProblem } from './options/login-check.ts';
import { optionProblems, problemOf } from './options/options-check.ts';
import type { AuthorizationServerOptions } from './options/options.ts';
import type { RateLimitOptions } from './options/rate-limits.ts';
import { RedisStore } from './storage/redis/redis-store.ts';
import type { UpstreamLogin } from './upstream/port.ts';

/** What the environment can say: everything but the host's own login and the logger. */
export interface EnvironmentOptions
  extends
    Omit<Partial<AuthorizationServerOptions>, 'issuer' | 'login' | 'logger'>,
    Pick<AuthorizationServerOptions, 'issuer'> {
  /** Absent when no identity provider is named: the host then says who logs people in. */
  readonly login?: UpstreamLogin | readonly UpstreamLogin[];
}

type Option = keyof EnvironmentOptions;

/** A variable, the option it sets, and how it is read. */
interface Variable {
  readonly name: string;
  readonly option: Option;
  readonly read: (value: string) => unknown;
  /** Which part of the option, when there are several variables for it. */
  readonly member?: keyof RateLimitOptions;
  /** Whether `<name>_FILE` names a file that holds the value. */
  readonly hasFileTwin?: true;
}

const text = (value: string): string => value;

const VARIABLE_LIST: readonly Variable[] = [
  { name: 'DCR_ISSUER', option: 'issuer', read: text },
  { name: 'DCR_SCOPES_SUPPORTED', option: 'scopesSupported', read: parseList },
  { name: 'DCR_BASELINE_SCOPES', option: 'baselineClientScopes', read: parseList },
  { name: 'DCR_DEFAULT_SCOPES', option: 'defaultClientScopes', read: parseList },
  { name: 'DCR_RESTRICTED_SCOPES', option: 'restrictedScopes', read: parseList },
  { name: 'DCR_UNSUPPORTED_SCOPES', option: 'unsupportedScopes', read: text },
  { name: 'DCR_SCOPE_CEILING', option: 'scopeCeiling', read: text },
  { name: 'DCR_SCOPES_FILE', option: 'scopes', read: readJsonFile },
  { name: 'DCR_PAGES_FILE', option: 'pages', read: readJsonFile },
  { name: 'DCR_RESOURCES', option: 'resources', read: parseList },
  { name: 'DCR_REGISTRATION', option: 'registration', read: text },
  {
    name: 'DCR_INITIAL_ACCESS_TOKENS',
    option: 'initialAccessTokens',
    read: parseList,
    hasFileTwin: true,
  },
  { name: 'DCR_CONFIDENTIAL_CLIENTS', option: 'confidentialClients', read: parseBoolean },
  {
    name: 'DCR_FORCE_CONFIDENTIAL_REDIRECT_URIS',
    option: 'forceConfidentialRedirectUris',
    read: parseList,
  },
  { name: 'DCR_INVALID_REDIRECT_URIS', option: 'invalidRedirectUris', read: text },
  { name: 'DCR_REFRESH_TOKENS', option: 'refreshTokens', read: text },
  { name: 'DCR_SECRET', option: 'secret', read: parseList, hasFileTwin: true },
  { name: 'DCR_SIGNING_KEYS', option: 'signingKeys', read: text, hasFileTwin: true },
  { name: 'DCR_SIGNING_KEY_ROTATION', option: 'signingKeyRotationSeconds', read: parseDuration },
  { name: 'DCR_ACCESS_TOKEN_TTL', option: 'accessTokenTtlSeconds', read: parseDuration },
  { name: 'DCR_REFRESH_TOKEN_TTL', option: 'refreshTokenTtlSeconds', read: parseDuration },
  { name: 'DCR_GRANT_MAX_TTL', option: 'grantMaxTtlSeconds', read: parseDuration },
  { name: 'DCR_CODE_TTL', option: 'codeTtlSeconds', read: parseDuration },
  { name: 'DCR_CLIENT_UNUSED_TTL', option: 'clientUnusedTtlSeconds', read: parseDuration },
  { name: 'DCR_CLIENT_IDLE_TTL', option: 'clientIdleTtlSeconds', read: parseDuration },
  { name: 'DCR_MAX_UNUSED_CLIENTS', option: 'maxUnusedClients', read: parseWhole },
  rateLimit('DCR_RATE_LIMIT_REGISTER', 'register'),
  rateLimit('DCR_RATE_LIMIT_REGISTER_TOTAL', 'registerTotal'),
  rateLimit('DCR_RATE_LIMIT_AUTHORIZE', 'authorize'),
  rateLimit('DCR_RATE_LIMIT_TOKEN', 'token'),
  rateLimit('DCR_RATE_LIMIT_EXEMPT', 'exempt', parseList),
  { name: 'DCR_DRAIN_TIMEOUT', option: 'drainTimeoutSeconds', read: parseDuration },
  { name: 'DCR_LOG_LEVEL', option: 'logLevel', read: text },
  { name: 'DCR_ALLOW_MEMORY_STORE', option: 'allowMemoryStore', read: parseBoolean },
];

function rateLimit(
  name: string,
  member: keyof RateLimitOptions,
  read: Variable['read'] = parseRateLimit,
): Variable {
  return { name, option: 'rateLimits', member, read };
}

const KNOWN_NAMES = [...VARIABLE_LIST.flatMap(namesOf), ...REDIS_NAMES, ...UPSTREAM_NAMES];

/** What Kubernetes puts into every container for a Service whose name begins with `dcr`. */
const KUBERNETES_SERVICE = /_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT|PORT_\d+_(TCP|UDP|SCTP)(_.+)?)$/;

/**
 * Reads the `DCR_*` variables. An empty value counts as unset.
 *
 * @param env - The environment; `process.env` by default.
 * @throws {ConfigurationError} With every problem: a value that cannot be read, a name that nobody
 * knows, and everything that {@link createAuthorizationServer} would refuse.
 */
export function optionsFromEnv(env: Environment = process.env): EnvironmentOptions {
  const problems: ConfigurationProblem[] = unknownNames(env);
  const options: Partial<Record<Option, unknown>> = {};
  for (const variable of VARIABLE_LIST) {
    attempt(problems, variable.option, variable.name, () => {
      const value = valueOf(env, variable);
      if (value !== undefined) set(options, variable, variable.read(value));
    });
  }
  if (env['NODE_ENV'] === 'production') options.allowMemoryStore ??= false;
  const redis = readRedis(env, (variable, run) => attempt(problems, 'store', variable, run));
  const login = readUpstreams(env, (variable, run) => attempt(problems, 'login', variable, run));
  problems.push(...repeatedNames(login));

  const read = { ...options, ...(login && { login }) } as EnvironmentOptions;
  problems.push(...withoutRepeats(optionProblems(withStoreMark(read, redis)), problems));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return redis === undefined ? read : { ...read, store: new RedisStore(redis) };
}

function set(
  options: Partial<Record<Option, unknown>>,
  { option, member }: Variable,
  value: unknown,
): void {
  options[option] = member === undefined ? value : { ...Object(options[option]), [member]: value };
}

/** A file can hold several logins, which only together can be wrong. */
function repeatedNames(login: EnvironmentOptions['login']): ConfigurationProblem[] {
  const message = login && loginProblem(login);
  return message === undefined
    ? []
    : [{ option: 'login', variable: 'DCR_UPSTREAMS_FILE', message }];
}

/** The checks only ask whether a store is shared; the real one is made when nothing else is wrong. */
function withStoreMark(
  options: EnvironmentOptions,
  redis: object | undefined,
): Partial<AuthorizationServerOptions> {
  if (redis === undefined) return options;
  return { ...options, store: { shared: true } as AuthorizationServerOptions['store'] & object };
}

function unknownNames(env: Environment): ConfigurationProblem[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('DCR_') && !KNOWN_NAMES.includes(name))
    .filter((name) => !KUBERNETES_SERVICE.test(name))
    .map((name) => ({
      option: 'environment',
      variable: name,
      message: `is not a known variable; did you mean ${closest(name, KNOWN_NAMES)}?`,
    }));
}

/** Runs one reading; what is wrong is noted under the variable, and the rest goes on. */
function attempt<Value>(
  problems: ConfigurationProblem[],
  option: Option,
  variable: string,
  run: () => Value,
): Value | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    problems.push({ ...problemOf(option, error.message), variable });
    return undefined;
  }
}

/** A value that could not be read is missing too; saying that as well would only confuse. */
function withoutRepeats(
  found: readonly ConfigurationProblem[],
  known: readonly ConfigurationProblem[],
): ConfigurationProblem[] {
  return found.filter(
    ({ option, variable }) =>
      !known.some((problem) => problem.option === option && problem.variable === variable),
  );
}
