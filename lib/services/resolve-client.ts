/**
 * Resolving a client: the one way from a `client_id` to what counts for it, taken on every leg.
 *
 * @module
 */
import { isConfidential, type ClientMetadata } from '../protocol/client.ts';
import { parseScope, type RegisteredScope, type Scope } from '../protocol/scope.ts';
import {
  ceilingOf,
  implicitScopes,
  registeredScopes,
  type ScopePolicy,
} from '../policy/scope-policy.ts';
import type { ClientRecord, ClientStore } from '../storage/store.ts';

/** A client as the policy of this moment sees it. */
export interface Client {
  readonly client_id: string;
  readonly metadata: ClientMetadata;
  /** Whether it can keep a secret. */
  readonly confidential: boolean;
  /** The registered set with the origin of each scope, by the policy of this instance. */
  readonly registered: readonly RegisteredScope[];
  /** What the client may ask for. */
  readonly ceiling: readonly Scope[];
  /** What an authorization request without `scope` means. */
  readonly implicit: readonly Scope[];
  /** What is stored, for renewing it. */
  readonly record: ClientRecord;
}

export interface ResolveClientDeps {
  readonly clients: Pick<ClientStore, 'find'>;
  readonly scopePolicy: ScopePolicy;
}

/** @returns `undefined` for a client that never was, has expired or was deleted: nobody can tell which. */
export async function resolveClient(
  { clients, scopePolicy }: ResolveClientDeps,
  client_id: string,
): Promise<Client | undefined> {
  const record = await clients.find(client_id);
  if (!record) return undefined;
  // What was valid when it was stored may have become malformed only by corruption: then it counts for nothing.
  const requested =
    record.requested === undefined ? undefined : (parseScope(record.requested) ?? []);
  const registered = registeredScopes(scopePolicy, requested);
  return {
    client_id,
    metadata: record.metadata,
    confidential: isConfidential(record.metadata),
    registered,
    ceiling: ceilingOf(scopePolicy, registered),
    implicit: implicitScopes(scopePolicy, requested),
    record,
  };
}
