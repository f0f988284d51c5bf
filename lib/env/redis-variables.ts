/**
 * The variables about Redis: where it is, who we are to it, and what our keys begin with.
 *
 * @module
 */
import { parseList, readSecretFile, text, ValueError } from './values.ts';
import type { DocumentedVariable } from './variable.ts';
import { isKeyPrefix } from '../storage/redis/redis-store.ts';

export interface RedisVariable extends DocumentedVariable {
  readonly option: string;
}

/** Where Redis is: one of these, and nothing else has a meaning without. Each may hold a password. */
export const PLACES: readonly RedisVariable[] = [
  {
    name: 'DCR_REDIS_URL',
    option: 'url',
    read: text,
    hasFileTwin: true,
    meaning: 'One server: `redis://` or `rediss://`, with user, password and database if need be',
    otherwise: 'none: memory, with a warning',
  },
  {
    name: 'DCR_REDIS_SENTINELS',
    option: 'sentinels',
    read: parseList,
    hasFileTwin: true,
    meaning:
      'Instead: the Sentinels that watch it, such as `sentinel-1:26379,sentinel-2:26379`; as `redis://` or `rediss://` URLs they may hold the user and the password of the Sentinels',
  },
  {
    name: 'DCR_REDIS_CLUSTER_NODES',
    option: 'clusterNodes',
    read: parseList,
    hasFileTwin: true,
    meaning: 'Instead: some servers of a Cluster, such as `redis-1:6379,redis-2:6379`, or as URLs',
  },
];

export const DETAILS: readonly RedisVariable[] = [
  {
    name: 'DCR_REDIS_SENTINEL_NAME',
    option: 'sentinelName',
    read: text,
    meaning: 'What the Sentinels call the server',
    otherwise: 'none; required with Sentinels',
  },
  {
    name: 'DCR_REDIS_USERNAME',
    option: 'username',
    read: text,
    meaning:
      'The ACL user, where the address does not say it; see [a user of its own](redis.md#a-user-of-its-own)',
  },
  {
    name: 'DCR_REDIS_PASSWORD',
    option: 'password',
    read: text,
    hasFileTwin: true,
    meaning: 'Its password',
  },
  {
    name: 'DCR_REDIS_PREFIX',
    option: 'prefix',
    read: parsePrefix,
    meaning: 'Put before every key; refused without `DCR_REDIS_URL`',
    otherwise: '`dcr:`',
  },
];

export const TLS_FILES: readonly RedisVariable[] = [
  {
    name: 'DCR_REDIS_TLS_CA_FILE',
    option: 'ca',
    read: readSecretFile,
    meaning: 'The authorities to trust for `rediss://`, in PEM',
    otherwise: 'those that Node trusts',
  },
  {
    name: 'DCR_REDIS_TLS_CERT_FILE',
    option: 'cert',
    read: readSecretFile,
    meaning: 'Our certificate for `rediss://`, in PEM, where Redis asks for one',
  },
  {
    name: 'DCR_REDIS_TLS_KEY_FILE',
    option: 'key',
    read: readSecretFile,
    meaning: 'The key of that certificate, in PEM',
  },
];

function parsePrefix(value: string): string {
  if (isKeyPrefix(value)) return value;
  throw new ValueError('must be at most 64 printable ASCII characters without braces');
}
