/**
 * A client as its operator sees it: what it says of itself, what it asked for, and what became of it.
 * Nothing that proves who somebody is: no digest, no token, no key but the public ones of the client.
 *
 * @module
 */
import { addedByBaseline, type BaselineScope } from '../policy/baseline.ts';
import { wireMetadata, type ClientMetadata, type WireMetadata } from '../protocol/client.ts';
import { frozenCopy } from '../protocol/frozen-copy.ts';
import type { RegisteredScope, Scope } from '../protocol/scope.ts';
import type { ClientRecord, ClientStateStore, Licence } from '../storage/store.ts';
import type { ClientOrigin } from './resolve-client.ts';

/** What a client may ask for, side by side, by the policy of this instance and this moment. */
export interface ClientScopes {
  /** What it asked for when it registered, or in its document; absent when it asked for nothing. */
  readonly requested?: readonly Scope[];
  /** What the operator adds to that, each with the name of its rule. */
  readonly baseline: readonly BaselineScope[];
  /** All that it may ask for, each with where it comes from. */
  readonly registered: readonly RegisteredScope[];
}

/** A client, for the operator. */
export interface ClientView extends ClientScopes {
  readonly clientId: string;
  /** Registered by itself, of the configuration, or known by the document at its id. */
  readonly origin: ClientOrigin;
  /** Spelled as on the wire, without `scope`. The client's own claims, which nobody has checked. */
  readonly metadata: WireMetadata;
  /** Whether it can prove who it is. */
  readonly confidential: boolean;
  /** What its initial access token allowed, where that is not what everybody may. */
  readonly licence?: Licence;
  /**
   * What it was told when it registered, or at its last update, where that differs from what counts now.
   */
  readonly answered?: readonly RegisteredScope[];
  /** Set while the operator has blocked it: then it may ask for nothing, whatever its scopes are. */
  readonly blocked?: { readonly since: Date; readonly reason?: string };
  /** What people had allowed it until then is over. Absent where nothing was ended for it. */
  readonly grantsEndedAt?: Date;
  /** When it registered; like what follows, only for one that did. */
  readonly createdAt?: Date;
  /** Whether a person has ever allowed it anything. */
  readonly used?: boolean;
  /**
   * The day on which it was last seen in use, `2026-11-26` in UTC: reckoned from its end by the lifetime
   * of today. Absent where that cannot be told.
   */
  readonly lastUsedOn?: string;
  /** When its registration ends if nothing more happens. */
  readonly expiresAt?: Date;
}

/** A client, and what counts for it. */
export interface ViewedClient {
  readonly client_id: string;
  readonly origin: ClientOrigin;
  readonly metadata: ClientMetadata;
  readonly confidential: boolean;
  readonly requested?: readonly Scope[];
  readonly registered: readonly RegisteredScope[];
  readonly licence?: Licence;
  readonly record?: ClientRecord;
}

export interface ClientViewDeps {
  readonly clientIdleTtlMs: number;
  /** The store's clock. */
  readonly storeNow: () => number;
}

export function clientView(deps: ClientViewDeps, client: ViewedClient): ClientView {
  const { client_id, origin, metadata, confidential, licence, record } = client;
  return {
    clientId: client_id,
    origin,
    metadata: frozenCopy(wireMetadata(metadata, undefined)),
    confidential,
    ...scopesOf(client),
    ...(licence && { licence: frozenCopy(licence) }),
    ...(record && storedView(deps, record, client.registered)),
  };
}

/** With what the operator has decided about the client. */
export async function decidedView(
  { clientStates }: { readonly clientStates: Pick<ClientStateStore, 'find'> },
  view: ClientView,
): Promise<ClientView> {
  const state = await clientStates.find(view.clientId);
  if (!state) return view;
  const { blocked, revoked_before } = state;
  return {
    ...view,
    ...(blocked && { blocked: { ...blocked, since: new Date(blocked.since) } }),
    ...(revoked_before > 0 && { grantsEndedAt: new Date(revoked_before) }),
  };
}

/** Copies: what a document says is kept, and given to everybody who asks. */
export function scopesOf({
  requested,
  registered,
}: Pick<ViewedClient, 'requested' | 'registered'>): ClientScopes {
  return {
    ...(requested && { requested: [...requested] }),
    baseline: addedByBaseline(registered),
    registered: [...registered],
  };
}

function storedView(
  { clientIdleTtlMs, storeNow }: ClientViewDeps,
  record: ClientRecord,
  registered: readonly RegisteredScope[],
): Partial<ClientView> {
  const { scopes: answered } = record.registered;
  const lastUsedOn = lastUse(record, clientIdleTtlMs, storeNow());
  return {
    ...(!isSame(answered, registered) && { answered }),
    createdAt: new Date(record.client_id_issued_at * 1000),
    used: record.used,
    ...(lastUsedOn !== undefined && { lastUsedOn }),
    expiresAt: new Date(record.expires_at),
  };
}

/** The same scopes for the same reasons; their order means nothing. */
function isSame(some: readonly RegisteredScope[], others: readonly RegisteredScope[]): boolean {
  const origins = new Map(others.map(({ scope, origin }) => [scope, JSON.stringify(origin)]));
  return (
    some.length === others.length &&
    some.every(({ scope, origin }) => origins.get(scope) === JSON.stringify(origin))
  );
}

/**
 * A client in use is renewed, at most once a day, so that its end tells when that was. With a lifetime
 * that has been changed since, what comes out may be no day on which it was there: then nobody knows.
 */
function lastUse(
  { used, expires_at, client_id_issued_at }: ClientRecord,
  clientIdleTtlMs: number,
  now: number,
): string | undefined {
  const at = expires_at - clientIdleTtlMs;
  if (!used || dayOf(at) > dayOf(now) || dayOf(at) < dayOf(client_id_issued_at * 1000)) {
    return undefined;
  }
  return dayOf(at);
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
