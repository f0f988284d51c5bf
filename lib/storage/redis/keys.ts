/**
 * Every key this store uses, and how long it lives.
 *
 * The braces are hash tags: all keys of one transition stay in one slot of a Redis Cluster. No
 * text of a stranger reaches a key name, for every id is of a shape that only we make.
 *
 * @module
 */
import { isClientId, isDigest, isGrantId } from '../ids.ts';

/**
 * How long a key outlives the record in it. The record carries its own end; the key's lifetime only
 * collects garbage, late enough that no difference between clocks can make it the judge.
 */
export const GARBAGE_AFTER_MS = 60_000;

/** Names of keys; `undefined` for an id that cannot be ours, which is as good as absent. */
export interface Keys {
  /** A registered client; lives until 60 s after the end of its unused or idle lifetime. */
  client(clientId: string): string | undefined;
  /** The shard of a client that {@link Keys.client} knows; in the same slot as the client. */
  shardOf(clientId: string): ClientShard;
  /** All shards, in order. */
  readonly shards: readonly ClientShard[];
  /** An authorization request in progress; lives until 60 s after its own end, decided or not. */
  authorization(grantId: string): string | undefined;
  /** An authorization grant; lives until 60 s after its end in the present state. */
  grant(grantId: string): string | undefined;
  /** The tokens of the login elsewhere that led to a grant; lives as long as the key of the grant. */
  upstreamTokens(grantId: string): string | undefined;
  /** Who refreshes those tokens; lives until 60 s after its own end. */
  upstreamLock(grantId: string): string | undefined;
  /** The grants of one person, by their ends; lives until 60 s after the last of them. */
  subjectGrants(subjectDigest: string): string | undefined;
  /** What one person has allowed one client; lives until 60 s after the last of it. */
  consents(subjectDigest: string, clientDigest: string): string | undefined;
  /** How often one caller asked; lives until the window ends. Each stands alone, so it has no tag. */
  limit(name: string, key: string): string;
  /** The signing keys, sealed; has no end. */
  readonly signingKeys: string;
  /** The issuer that this prefix belongs to; has no end. */
  readonly issuer: string;
}

/** Clients that are indexed together: ids by the ends of their records. Each lives as long as its last. */
export interface ClientShard {
  /** Those that nobody has consented to. */
  readonly unused: string;
  readonly used: string;
}

/** `00` to `ff`: what the random ids of clients begin with. */
const HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export interface KeysOptions {
  /** Whether clients are spread over the slots of a Cluster, by the first two digits of their ids. */
  readonly isSharded: boolean;
}

/** @param prefix - Put before every name, so that several servers can share one Redis. */
export function createKeys(prefix: string, { isSharded }: KeysOptions): Keys {
  const names = isSharded ? HEX_PAIRS : ['0'];
  const nameOf = (clientId: string): string => (isSharded ? clientId.slice(0, 2) : '0');
  const shardNamed = (name: string): ClientShard => ({
    unused: `${prefix}clients:{${name}}:unused`,
    used: `${prefix}clients:{${name}}:used`,
  });
  const grantKey = (kind: string) => (grantId: string) =>
    isGrantId(grantId) ? `${prefix}${kind}:{${grantId}}` : undefined;
  return {
    client: (clientId) =>
      isClientId(clientId) ? `${prefix}client:{${nameOf(clientId)}}:${clientId}` : undefined,
    shardOf: (clientId) => shardNamed(nameOf(clientId)),
    shards: names.map(shardNamed),
    authorization: grantKey('authz'),
    grant: grantKey('grant'),
    upstreamTokens: grantKey('upstream'),
    upstreamLock: grantKey('upstream-lock'),
    subjectGrants: (digest) =>
      isDigest(digest) ? `${prefix}subject:{${digest}}:grants` : undefined,
    consents: (subject, client) =>
      isDigest(subject) && isDigest(client)
        ? `${prefix}subject:{${subject}}:consent:${client}`
        : undefined,
    limit: (name, key) => `${prefix}limit:${name}:${key}`,
    signingKeys: `${prefix}keys`,
    issuer: `${prefix}issuer`,
  };
}
