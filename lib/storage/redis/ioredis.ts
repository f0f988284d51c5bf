/**
 * What is asked of ioredis: which of its methods are used.
 *
 * The shapes are our own, for a host may bring another major version, and its types with it.
 *
 * @module
 */

/** The host's ioredis client, of one server, of Sentinel or of a Cluster. It is only asked for a duplicate. */
export interface HostRedisClient {
  readonly isCluster?: boolean;
  /** A connection of the server's own, to the same place. */
  // Its declared types differ between the two and between versions; what is passed fits each.
  duplicate(...override: never[]): unknown;
}

/** The reply to `TIME`: seconds, and microseconds of that second. */
export type TimeReply = readonly [string | number, string | number];

/** A connection to one server. */
export interface RedisNode {
  readonly status: string;
  readonly options: { readonly host?: string; readonly port?: number; readonly db?: number };
  /** Absent while there is no connection. */
  readonly stream?: { cork(): void; uncork(): void };
  /** Asks a replica to answer by itself. ioredis does so wherever it finds one. */
  ['readonly']: () => Promise<unknown>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  ping(): Promise<unknown>;
  select(database: number): Promise<unknown>;
  time(): Promise<TimeReply>;
  dbsize(): Promise<number>;
  scan(
    cursor: string,
    match: 'MATCH',
    pattern: string,
    count: 'COUNT',
    number: number,
  ): Promise<[next: string, keys: string[]]>;
  info(): Promise<string>;
  cluster(what: 'INFO'): Promise<string>;
  eval(script: string, numberOfKeys: number, ...args: string[]): Promise<unknown>;
  disconnect(reconnect?: boolean): void;
}

/** What both kinds of client can do. */
export interface RedisClient {
  readonly isCluster?: boolean;
  readonly status: string;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  defineCommand(name: string, definition: { lua: string; numberOfKeys: number }): void;
  get(key: string): Promise<string | null>;
  mget(...keys: string[]): Promise<(string | null)[]>;
  del(key: string): Promise<number>;
  zrem(key: string, ...members: string[]): Promise<number>;
  zcount(key: string, min: string, max: '+inf'): Promise<number>;
  zrangebyscore(
    key: string,
    min: number,
    max: '+inf',
    withScores: 'WITHSCORES',
    limit: 'LIMIT',
    offset: number,
    count: number,
  ): Promise<string[]>;
  hgetall(key: string): Promise<Record<string, string>>;
  connect(): Promise<unknown>;
  quit(): Promise<unknown>;
  disconnect(reconnect?: boolean): void;
}

/** A client of a Redis Cluster: connections to several servers, made when they are needed. */
export interface ClusterClient extends RedisClient {
  readonly isCluster: true;
  nodes(role: 'master'): readonly RedisNode[];
}

export function isCluster(client: RedisClient): client is ClusterClient {
  return client.isCluster === true;
}

/** The servers that take writes, as far as they are known at the moment. */
export function mastersOf(client: RedisClient): readonly RedisNode[] {
  return isCluster(client) ? client.nodes('master') : [client as RedisClient & RedisNode];
}

export function toMs([seconds, microseconds]: TimeReply): number {
  return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
}
