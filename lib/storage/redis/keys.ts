/**
 * Every key this store uses, and how long it lives.
 *
 * The braces are hash tags: all keys of one transition stay in one slot of a Redis Cluster. No
 * text of a stranger reaches a key name, for every id is of a shape that only we make.
 *
 * @module
 */
import { hash } from 'node:crypto';
import { clientPlaceOf, isDigest, isGrantId, isRequestId } from '../ids.ts';

/**
 * How long a key outlives the record in it. The record carries its own end; the key's lifetime only
 * collects garbage, late enough that no difference between clocks can make it the judge.
 */
export const GARBAGE_AFTER_MS = 60_000;

/** Names of keys; `undefined` for an id that cannot be ours, which is as good as absent. */
export interface Keys {
  /** A registered client; lives until 60 s after the end of its unused or idle lifetime. */
  clientAt(place: string): string;
  /** The shard of a client that is kept there; in the same slot as the client. */
  shardOf(place: string): ClientShard;
  /**
   * What was decided about a client of any kind, in the same slot as the client, where it is kept; has no
   * end while it is blocked, else as long as it was told.
   */
  clientState(clientId: string): string;
  /** What the keys of all of them match, as Redis matches. */
  readonly clientStatePattern: string;
  /** All shards, in order. */
  readonly shards: readonly ClientShard[];
  /** An authorization request in progress; lives until 60 s after its own end, decided or not. */
  authorization(grantId: string): string | undefined;
  /** A pushed authorization request; lives until 60 s after its own end. */
  pushedRequest(requestId: string): string | undefined;
  /** An authorization grant; lives until 60 s after its end in the present state. */
  grant(grantId: string): string | undefined;
  /** What the keys of all grants match, as Redis matches. */
  readonly grantPattern: string;
  /** The grant that a key is that of; `undefined` for any other key. */
  grantIdOf(key: string): string | undefined;
  /** The tokens of the login elsewhere that led to a grant; lives as long as the key of the grant. */
  upstreamTokens(grantId: string): string | undefined;
  /** Who refreshes those tokens; lives until 60 s after its own end. */
  upstreamLock(grantId: string): string | undefined;
  /** The grants of one person, by their ends; lives until 60 s after the last of them. */
  subjectGrants(subjectDigest: string): string | undefined;
  /** What one person has allowed one client; lives until 60 s after the last of it. */
  consents(subjectDigest: string, clientDigest: string): string | undefined;
  /** Until when that is forgotten, whichever the client; in the same slot; lives until 60 s after its own end. */
  forgottenConsents(subjectDigest: string): string | undefined;
  /** An initial access token; lives until 60 s after its own end, used up or not. */
  initialAccessToken(digest: string): string | undefined;
  /** The initial access tokens by their ends, in the same slot; lives until 60 s after the last of them. */
  readonly initialAccessTokens: string;
  /** An assertion of a client that was used; lives until 60 s after its end. Stands alone. */
  assertion(digest: string): string | undefined;
  /** How often one caller asked; lives until the window ends. Each stands alone, so it has no tag. */
  limit(name: string, key: string): string;
  /** What was counted in one hour, told by how many hours since the epoch; lives for 35 days. */
  stats(hour: number): string;
  /** The signing keys, sealed; has no end. */
  readonly signingKeys: string;
  /** The issuer that this prefix belongs to, and the epoch of its grants; has no end. */
  readonly issuer: string;
}

/** Clients that are indexed together: their places by the ends of their records. Each lives as long as its last. */
export interface ClientShard {
  /** Those that nobody has consented to. */
  readonly unused: string;
  readonly used: string;
}

/** `00` to `ff`: what the places of clients begin with. */
const HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export interface KeysOptions {
  /** Whether clients are spread over the slots of a Cluster, by the first two digits of their places. */
  readonly isSharded: boolean;
}

/** @param prefix - Put before every name, so that several servers can share one Redis. */
export function createKeys(prefix: string, { isSharded }: KeysOptions): Keys {
  const names = isSharded ? HEX_PAIRS : ['0'];
  const matching = prefix.replaceAll(/[*?[\]\\]/g, '\\$&');
  const nameOf = (place: string): string => (isSharded ? place.slice(0, 2) : '0');

  const shardNamed = (name: string): ClientShard => ({
    unused: `${prefix}clients:{${name}}:unused`,
    used: `${prefix}clients:{${name}}:used`,
  });
  const grantKey = (kind: string) => (grantId: string) =>
    isGrantId(grantId) ? `${prefix}${kind}:{${grantId}}` : undefined;
  return {
    clientAt: (place) => `${prefix}client:{${nameOf(place)}}:${place}`,
    clientState: (clientId) => {
      const place = clientPlaceOf(clientId);
      if (place !== undefined) return `${prefix}client-state:{${nameOf(place)}}:${place}`;
      const digest = hash('sha256', clientId, 'buffer');
      const shard = nameOf(digest.toString('hex'));
      return `${prefix}client-state:{${shard}}:${digest.toString('base64url')}`;
    },
    clientStatePattern: `${matching}client-state:{*}:*`,
    shardOf: (place) => shardNamed(nameOf(place)),
    shards: names.map(shardNamed),
    authorization: grantKey('authz'),
    pushedRequest: (id) => (isRequestId(id) ? `${prefix}par:{${id}}` : undefined),
    grant: grantKey('grant'),
    grantPattern: `${matching}grant:{*}`,
    grantIdOf: (key) => {
      const grantId = key.slice(`${prefix}grant:{`.length, -1);
      return grantKey('grant')(grantId) === key ? grantId : undefined;
    },
    upstreamTokens: grantKey('upstream'),
    upstreamLock: grantKey('upstream-lock'),
    subjectGrants: (digest) =>
      isDigest(digest) ? `${prefix}subject:{${digest}}:grants` : undefined,
    consents: (subject, client) =>
      isDigest(subject) && isDigest(client)
        ? `${prefix}subject:{${subject}}:consent:${client}`
        : undefined,
    forgottenConsents: (digest) =>
      isDigest(digest) ? `${prefix}subject:{${digest}}:forgotten` : undefined,
    initialAccessToken: (digest) =>
      isDigest(digest) ? `${prefix}initial:{0}:${digest}` : undefined,
    initialAccessTokens: `${prefix}initials:{0}`,
    assertion: (digest) => (isDigest(digest) ? `${prefix}assertion:${digest}` : undefined),
    limit: (name, key) => `${prefix}limit:${name}:${key}`,
    stats: (hour) => `${prefix}stats:${String(hour)}`,
    signingKeys: `${prefix}keys`,
    issuer: `${prefix}issuer`,
  };
}
