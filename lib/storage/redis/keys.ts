/**
 * Every key this store uses, and how long it lives.
 *
 * The braces are hash tags: all keys of one transition stay in one slot of a Redis Cluster. No
 * text of a stranger reaches a key name, for every id is of a shape that only we make.
 *
 * @module
 */
import { isClientId, isGrantId } from '../ids.ts';

/**
 * How long a key outlives the record in it. The record carries its own end; the key's lifetime only
 * collects garbage, late enough that no difference between clocks can make it the judge.
 */
export const GARBAGE_AFTER_MS = 60_000;

/** Names of keys; `undefined` for an id that cannot be ours, which is as good as absent. */
export interface Keys {
  /** A registered client; lives until 60 s after the end of its unused or idle lifetime. */
  client(clientId: string): string | undefined;
  /** An authorization request in progress; lives until 60 s after its own end, decided or not. */
  authorization(grantId: string): string | undefined;
  /** An authorization grant; lives until 60 s after its end in the present state. */
  grant(grantId: string): string | undefined;
}

export interface KeysOptions {
  /** Whether clients are spread over the slots of a Cluster, by the first two digits of their ids. */
  readonly isSharded: boolean;
}

/** @param prefix - Put before every name, so that several servers can share one Redis. */
export function createKeys(prefix: string, { isSharded }: KeysOptions): Keys {
  const shardOf = (clientId: string): string => (isSharded ? clientId.slice(0, 2) : '0');
  const grantKey = (kind: string) => (grantId: string) =>
    isGrantId(grantId) ? `${prefix}${kind}:{${grantId}}` : undefined;
  return {
    client: (clientId) =>
      isClientId(clientId) ? `${prefix}client:{${shardOf(clientId)}}:${clientId}` : undefined,
    authorization: grantKey('authz'),
    grant: grantKey('grant'),
  };
}
