/**
 * The variables that say which Redis: read together, for the store is made of all of them.
 *
 * @module
 */
import {
  isSet,
  namesOf,
  parseList,
  readSecretFile,
  valueOf,
  ValueError,
  type Environment,
  type VariableName,
} from './values.ts';
import { RedisSourceError } from '../storage/redis/own-connection.ts';
import { isKeyPrefix, type RedisStoreOptions } from '../storage/redis/redis-store.ts';
import { prepare } from '../storage/redis/source.ts';

interface RedisVariable extends VariableName {
  readonly option: string;
  readonly read: (value: string) => unknown;
}

const text = (value: string): string => value;

/** Where Redis is: one of these, and nothing else has a meaning without. Each may hold a password. */
const PLACES: readonly RedisVariable[] = [
  { name: 'DCR_REDIS_URL', option: 'url', read: text, hasFileTwin: true },
  { name: 'DCR_REDIS_SENTINELS', option: 'sentinels', read: parseList, hasFileTwin: true },
  { name: 'DCR_REDIS_CLUSTER_NODES', option: 'clusterNodes', read: parseList, hasFileTwin: true },
];

const DETAILS: readonly RedisVariable[] = [
  { name: 'DCR_REDIS_SENTINEL_NAME', option: 'sentinelName', read: text },
  { name: 'DCR_REDIS_USERNAME', option: 'username', read: text },
  { name: 'DCR_REDIS_PASSWORD', option: 'password', read: text, hasFileTwin: true },
  { name: 'DCR_REDIS_PREFIX', option: 'prefix', read: parsePrefix },
];

const TLS_FILES: readonly RedisVariable[] = [
  { name: 'DCR_REDIS_TLS_CA_FILE', option: 'ca', read: readSecretFile },
  { name: 'DCR_REDIS_TLS_CERT_FILE', option: 'cert', read: readSecretFile },
  { name: 'DCR_REDIS_TLS_KEY_FILE', option: 'key', read: readSecretFile },
];

/** The one that a problem of an option is told under. */
const VARIABLE_OF: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...PLACES, ...DETAILS].map(({ option, name }) => [option, name])),
  tls: 'DCR_REDIS_TLS_CA_FILE',
};

export const REDIS_NAMES: readonly string[] = [...PLACES, ...DETAILS, ...TLS_FILES].flatMap(
  namesOf,
);

/** Runs one reading; what is wrong is noted under the variable, and the rest goes on. */
export type Attempt = <Value>(variable: string, run: () => Value) => Value | undefined;

/** @returns Options that a store can be made of; `undefined` when no place is set, or not rightly. */
export function readRedis(env: Environment, attempt: Attempt): RedisStoreOptions | undefined {
  const refuse = (variable: string, message: string): void => {
    attempt(variable, () => {
      throw new ValueError(message);
    });
  };
  const read = (variables: readonly RedisVariable[]): Record<string, unknown> => {
    const values = variables.map((variable) => {
      const { name, option } = variable;
      return [option, attempt(name, () => readOne(env, variable))] as const;
    });
    return Object.fromEntries(values.filter(([, value]) => value !== undefined));
  };
  const [place, ...more] = PLACES.filter((variable) => isSet(env, variable));
  const details = [...DETAILS, ...TLS_FILES].filter((variable) => isSet(env, variable));
  const given = { ...read(PLACES), ...read(DETAILS) };
  const tls = read(TLS_FILES);

  if (!place) {
    const readable = details.filter(({ option }) => option in given || option in tls);
    for (const { name } of readable) {
      refuse(name, 'is set without DCR_REDIS_URL, so it has no effect');
    }
    return undefined;
  }
  for (const { name } of more) refuse(name, `is set beside ${place.name}; keep one of them`);
  if (more.length > 0 || !(place.option in given)) return undefined;
  if ('sentinelName' in given && place.option !== 'sentinels') {
    refuse('DCR_REDIS_SENTINEL_NAME', 'is set without DCR_REDIS_SENTINELS, so it has no effect');
  }
  const options = { ...given, ...(Object.keys(tls).length > 0 && { tls }) };
  return usable(options as unknown as RedisStoreOptions, refuse);
}

function usable(
  options: RedisStoreOptions,
  refuse: (variable: string, message: string) => void,
): RedisStoreOptions | undefined {
  try {
    prepare(options);
    return options;
  } catch (error) {
    if (!(error instanceof RedisSourceError)) throw error;
    refuse(VARIABLE_OF[error.option] ?? 'DCR_REDIS_URL', error.problem);
    return undefined;
  }
}

function readOne(env: Environment, variable: RedisVariable): unknown {
  const value = valueOf(env, variable);
  return value === undefined ? undefined : variable.read(value);
}

function parsePrefix(value: string): string {
  if (isKeyPrefix(value)) return value;
  throw new ValueError('must be at most 64 printable ASCII characters without braces');
}
