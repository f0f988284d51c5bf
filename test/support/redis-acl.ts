/**
 * A user of Redis who may do what the store does, on its keys, and nothing else.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { TEST_KEYS } from './redis-url.ts';

/** What the store sends, and its scripts. `HELLO`, `AUTH` and `QUIT` are open to every user. */
export const COMMANDS = [
  'info',
  ...[
    'time',
    'get',
    'mget',
    'set',
    'exists',
    'hget',
    'hmget',
    'hgetall',
    'hset',
    'hdel',
    'del',
    'pexpireat',
  ],
  ...['incrby', 'pttl', 'expire'],
  ...['zadd', 'zrem', 'zcard', 'zcount', 'zrange', 'zrangebyscore'],
  ...['eval', 'evalsha'],
] as const;

/** What a client of a Cluster sends besides: to find its way, and to say what a connection is for. */
export const CLUSTER_COMMANDS = [
  'cluster|slots',
  'cluster|info',
  'client|setname',
  'ping',
] as const;

/** What only the command line sends, where it looks through all grants. */
export const SWEEP_COMMANDS = ['scan', 'dbsize'] as const;

export interface RedisUser {
  readonly username: string;
  readonly password: string;
}

/** Passwords are of the kind that the search for secrets in logs finds. */
export function createUser(): RedisUser {
  return { username: 'dcr', password: randomBytes(32).toString('base64url') };
}

/** The rules of a user, as `ACL SETUSER` takes them. */
export function rulesOf(
  { password }: RedisUser,
  commands: readonly string[],
  keys = `${TEST_KEYS}*`,
): string[] {
  return ['on', `>${password}`, `~${keys}`, ...commands.map((command) => `+${command}`)];
}

/** The same, as an option of a server. */
export function userOption(user: RedisUser, commands: readonly string[]): string[] {
  return ['--user', user.username, ...rulesOf(user, commands)];
}
