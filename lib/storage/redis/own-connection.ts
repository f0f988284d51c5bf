/**
 * Connections that are made from addresses: to one server, through Sentinels, to a Cluster.
 *
 * @module
 */
import { createRequire } from 'node:module';
import { isRedisUrl, parseAddress, type Address } from './address.ts';
import type { RedisClient } from './ioredis.ts';
import { strictClusterOptions, strictOptions } from './strict-options.ts';

/** An address or what belongs to it cannot be used. Says nothing of the value: there are passwords in them. */
export class RedisSourceError extends TypeError {
  readonly code = 'ERR_DCR_REDIS_ADDRESS_INVALID';
  readonly option: string;
  readonly problem: string;

  constructor(option: string, problem: string) {
    super(`${option} ${problem}`);
    this.option = option;
    this.problem = problem;
  }
}

/** What a TLS connection needs that the system does not have; PEM texts. */
export interface RedisTls {
  /** The authorities to trust, in place of those that Node trusts. */
  readonly ca?: string | Buffer;
  /** Our certificate and its key, for servers that ask for one. */
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

/** Who we are to Redis, where the address does not say it. */
export interface RedisAccess {
  /** The ACL user; `default` when there is only a password. */
  readonly username?: string;
  readonly password?: string;
  /** For `rediss:` addresses. */
  readonly tls?: RedisTls;
}

/** One server: `redis://user:password@host:6379/0`, or `rediss:` for TLS. */
export interface RedisUrlSource extends RedisAccess {
  readonly url: string;
}

/**
 * A server that Sentinels watch. Their addresses, such as `host:26379`; as URLs they may hold what the
 * Sentinels themselves ask for, and `rediss:` means TLS for them and for the server.
 */
export interface RedisSentinelSource extends RedisAccess {
  readonly sentinels: readonly string[];
  /** What the Sentinels call the server. */
  readonly sentinelName: string;
}

/** A Cluster: the addresses of some of its servers, such as `host:6379`, or `rediss:` URLs for TLS. */
export interface RedisClusterSource extends RedisAccess {
  readonly clusterNodes: readonly string[];
}

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;

/** Makes the connection. What can be wrong has been said before. */
export type Connect = () => RedisClient;

/** @throws {RedisSourceError} */
export function prepareUrl({ url, tls, ...access }: RedisUrlSource): Connect {
  if (!isRedisUrl(url)) {
    throw new RedisSourceError('url', 'is not an address such as redis://localhost:6379');
  }
  const { protocol, username, password } = new URL(url);
  const isTls = protocol === 'rediss:';
  requireTlsFor(tls, isTls, 'url');
  requireOnce(access, { username, password }, 'url');
  const options = { ...strictOptions(), ...credentials(access), ...(isTls && { tls: { ...tls } }) };
  return () => new (ioredis().Redis)(url, options);
}

/** @throws {RedisSourceError} */
export function prepareSentinels(source: RedisSentinelSource): Connect {
  const { sentinels, sentinelName, tls, ...access } = source;
  if (typeof sentinelName !== 'string' || sentinelName === '') {
    throw new RedisSourceError(
      'sentinelName',
      'is missing: it is what the Sentinels call the server',
    );
  }
  const { servers, isTls, username, password } = readAddresses(
    sentinels,
    SENTINEL_PORT,
    'sentinels',
  );
  requireTlsFor(tls, isTls, 'sentinels');
  return () =>
    new (ioredis().Redis)({
      ...strictOptions(),
      ...credentials(access),
      name: sentinelName,
      sentinels: servers,
      ...(username && { sentinelUsername: username }),
      ...(password && { sentinelPassword: password }),
      ...(isTls && { tls: { ...tls }, sentinelTLS: { ...tls }, enableTLSForSentinelMode: true }),
    });
}

/** @throws {RedisSourceError} */
export function prepareCluster({ clusterNodes, tls, ...access }: RedisClusterSource): Connect {
  const { servers, isTls, ...found } = readAddresses(clusterNodes, REDIS_PORT, 'clusterNodes');
  requireTlsFor(tls, isTls, 'clusterNodes');
  requireOnce(access, found, 'clusterNodes');
  const node = { ...credentials(found), ...credentials(access), ...(isTls && { tls: { ...tls } }) };
  return () =>
    new (ioredis().Cluster)(servers, {
      ...strictClusterOptions(node),
      // A certificate is made out to a name: the number that the name stands for would not match it.
      ...(isTls && { dnsLookup: (host, found) => found(null, host) }),
    });
}

/** ioredis is loaded only here: hosts that pass a client bring their own. */
function ioredis(): typeof import('ioredis') {
  return createRequire(import.meta.url)('ioredis') as typeof import('ioredis');
}

interface Addresses extends Credentials {
  readonly servers: { host: string; port: number }[];
  readonly isTls: boolean;
}

type Credentials = Pick<RedisAccess, 'username' | 'password'>;

/** All of one kind; whoever they ask for is said once or the same for each. */
function readAddresses(texts: unknown, defaultPort: number, option: string): Addresses {
  const addresses = Array.isArray(texts)
    ? texts.map((text) => parseAddress(text, defaultPort))
    : [];
  if (addresses.length === 0 || addresses.includes(undefined)) {
    throw new RedisSourceError(
      option,
      `is not a list of addresses such as redis-1:${String(defaultPort)}`,
    );
  }
  const all = addresses as readonly Address[];
  const isTls = all.some((address) => address.tls);
  if (!all.every((address) => address.tls === isTls)) {
    throw new RedisSourceError(option, 'is rediss: in some places only');
  }
  const { username, password } = all.find((address) => address.password !== undefined) ?? {};
  return {
    servers: all.map(({ host, port }) => ({ host, port })),
    isTls,
    ...credentials({ username, password }),
  };
}

/** Without those that are not there: ioredis takes `undefined` for a value. */
function credentials({ username, password }: { [Name in keyof Credentials]: string | undefined }) {
  return { ...(username && { username }), ...(password && { password }) };
}

function requireTlsFor(tls: RedisTls | undefined, isTls: boolean, option: string): void {
  if (tls !== undefined && !isTls) {
    throw new RedisSourceError('tls', `is set, but ${option} is not rediss:, so it has no effect`);
  }
}

function requireOnce(access: Credentials, found: Credentials, option: string): void {
  if ((access.username || access.password) && (found.username || found.password)) {
    throw new RedisSourceError(option, 'holds a user or a password, and one is given beside it');
  }
}
