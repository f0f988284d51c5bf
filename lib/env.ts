/**
 * From the environment to the options, all problems at once.
 *
 * @module
 */
import { closest } from 'fastest-levenshtein';
import { ConfigurationError, type ConfigurationProblem } from './options/configuration-error.ts';
import { CLIENT_VARIABLES } from './env/client-variables.ts';
import { deniedHostsProblems } from './env/denied-hosts.ts';
import { LIFETIME_VARIABLES, RATE_LIMIT_VARIABLES } from './env/limit-variables.ts';
import { readRedis, REDIS_NAMES } from './env/redis.ts';
import { SCOPE_VARIABLES } from './env/scope-variables.ts';
import { SERVER_VARIABLES } from './env/server-variables.ts';
import { readUpstreams, UPSTREAM_NAMES } from './env/upstream.ts';
import { namesOf, valueOf, ValueError, type Environment } from './env/values.ts';
import type { OptionVariable } from './env/variable.ts';
import { loginProblem } from './options/login-check.ts';
import { optionProblems, problemOf } from './options/options-check.ts';
import type { AuthorizationServerOptions } from './options/options.ts';
import { RedisStore, type RedisStoreOptions } from './storage/redis/redis-store.ts';
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

const VARIABLE_LIST: readonly OptionVariable[] = [
  ...SERVER_VARIABLES,
  ...SCOPE_VARIABLES,
  ...CLIENT_VARIABLES,
  ...LIFETIME_VARIABLES,
  ...RATE_LIMIT_VARIABLES,
];

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
  const { options, redis } = readEnvironment(env);
  return redis === undefined ? options : { ...options, store: new RedisStore(redis) };
}

/** What the environment says, with the store not made yet. */
export interface ReadEnvironment {
  readonly options: Omit<EnvironmentOptions, 'store'>;
  /** Absent where no Redis is named. */
  readonly redis?: RedisStoreOptions;
}

/** As {@link optionsFromEnv}, and connects to nothing. */
export function readEnvironment(env: Environment): ReadEnvironment {
  const problems = [...unknownNames(env), ...deniedHostsProblems(env)];
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
  return { options: read, ...(redis && { redis }) };
}

function set(
  options: Partial<Record<Option, unknown>>,
  { option, member }: OptionVariable,
  value: unknown,
): void {
  options[option] = member === undefined ? value : { ...partsOf(options[option]), [member]: value };
}

/** What was said before; also a mere yes or no. */
function partsOf(value: unknown): object {
  return typeof value === 'boolean' ? { enabled: value } : (Object(value) as object);
}

/** A file can hold several logins, which only together can be wrong. */
function repeatedNames(login: EnvironmentOptions['login']): ConfigurationProblem[] {
  const found = login && loginProblem(login);
  return found === undefined ? [] : [{ option: 'login', variable: 'DCR_UPSTREAMS_FILE', ...found }];
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
      code: 'ERR_DCR_VARIABLE_UNKNOWN',
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
    const { code, message } = error;
    problems.push({ ...problemOf(option, { code, message }), variable });
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
