/**
 * The variables that say which Redis: read together, for the store is made of all of them.
 *
 * @module
 */
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import { DETAILS, PLACES, TLS_FILES, type RedisVariable } from './redis-variables.ts';
import { isSet, namesOf, valueOf, ValueError, type Environment } from './values.ts';
import { RedisSourceError } from '../storage/redis/own-connection.ts';
import type { RedisStoreOptions } from '../storage/redis/redis-store.ts';
import { prepare } from '../storage/redis/source.ts';

/** The one that a problem of an option is told under. */
const VARIABLE_OF: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...PLACES, ...DETAILS].map(({ option, name }) => [option, name])),
  tls: 'DCR_REDIS_TLS_CA_FILE',
};

export const REDIS_NAMES: readonly string[] = [...PLACES, ...DETAILS, ...TLS_FILES].flatMap(
  namesOf,
);

/** Notes something that is wrong with a variable that can be read. */
export type Refuse = (variable: string, message: string, code: DiagnosticCode) => void;

export const WITHOUT_EFFECT = 'ERR_DCR_OPTION_WITHOUT_EFFECT';
export const CONFLICT = 'ERR_DCR_OPTION_CONFLICT';

/** Runs one reading; what is wrong is noted under the variable, and the rest goes on. */
export type Attempt = <Value>(variable: string, run: () => Value) => Value | undefined;

/** @returns Options that a store can be made of; `undefined` when no place is set, or not rightly. */
export function readRedis(env: Environment, attempt: Attempt): RedisStoreOptions | undefined {
  const refuse: Refuse = (variable, message, code) => {
    attempt(variable, () => {
      throw new ValueError(message, code);
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
      refuse(name, 'is set without DCR_REDIS_URL, so it has no effect', WITHOUT_EFFECT);
    }
    return undefined;
  }
  for (const { name } of more) {
    refuse(name, `is set beside ${place.name}; keep one of them`, CONFLICT);
  }
  if (more.length > 0 || !(place.option in given)) return undefined;
  if ('sentinelName' in given && place.option !== 'sentinels') {
    const message = 'is set without DCR_REDIS_SENTINELS, so it has no effect';
    refuse('DCR_REDIS_SENTINEL_NAME', message, WITHOUT_EFFECT);
  }
  const options = { ...given, ...(Object.keys(tls).length > 0 && { tls }) };
  return usable(options as unknown as RedisStoreOptions, refuse);
}

function usable(options: RedisStoreOptions, refuse: Refuse): RedisStoreOptions | undefined {
  try {
    prepare(options);
    return options;
  } catch (error) {
    if (!(error instanceof RedisSourceError)) throw error;
    const variable = VARIABLE_OF[error.option] ?? 'DCR_REDIS_URL';
    refuse(variable, error.problem, 'ERR_DCR_REDIS_ADDRESS_INVALID');
    return undefined;
  }
}

function readOne(env: Environment, variable: RedisVariable): unknown {
  const value = valueOf(env, variable);
  return value === undefined ? undefined : variable.read(value);
}
