/**
 * Resolving a client: the one way from a `client_id` to what counts for it, taken on every leg.
 *
 * @module
 */
import { isConfidential, type ClientMetadata } from '../protocol/client.ts';
import { parseScope, type RegisteredScope, type Scope } from '../protocol/scope.ts';
import { broughtByClient } from '../policy/baseline.ts';
import { standingScopes } from '../policy/reconcile.ts';
import {
  ceilingOf,
  implicitScopes,
  licensedPolicy,
  registeredScopes,
  type ScopePolicy,
} from '../policy/scope-policy.ts';
import type { ClientRecord, ClientStore, Licence } from '../storage/store.ts';
import { clientStanding, type ClientStanding, type ClientStandingDeps } from './client-standing.ts';

/** Where a client is known from: that decides who may change it, and whether the baseline is for it. */
export type ClientOrigin = 'registered' | 'provisioned' | 'metadata_document';

/** What is known of a client before any policy has looked at it. */
export interface KnownClient {
  readonly client_id: string;
  readonly origin: ClientOrigin;
  readonly metadata: ClientMetadata;
  /** SHA-256 of each secret that is good at this moment, base64url. */
  readonly secretDigests: readonly string[];
  /** The scopes it asks for; absent when it asks for nothing. */
  readonly requested?: readonly Scope[];
  /** What its initial access token allowed, where that is not what everybody may. */
  readonly licence?: Licence;
  /** What is stored, for one that registered. */
  readonly record?: ClientRecord;
}

/** A client as the policy of this moment sees it. */
export interface ClientByPolicy extends KnownClient {
  /** Whether it can prove who it is. */
  readonly confidential: boolean;
  /** The registered set with the origin of each scope, by the policy of this instance. */
  readonly registered: readonly RegisteredScope[];
  /** What the client may ask for. */
  readonly ceiling: readonly Scope[];
  /** What an authorization request without `scope` means. */
  readonly implicit: readonly Scope[];
}

/** The same, with what an operator has decided about it. */
export interface Client extends ClientByPolicy {
  /** What was granted to it until then is over: the store's milliseconds, 0 where nothing is. */
  readonly revokedBefore: number;
}

/** On whose behalf a client is fetched that is not in the store. */
export interface FetchAsking {
  /**
   * Whose fetch it is: the network that asks, or `NO_NETWORK` where nobody can tell, or what stands for
   * a person whose token somebody else shows. `undefined` is for those whom no limit by network holds:
   * the ones that are exempt, and operators.
   */
  readonly network: string | undefined;
  /**
   * Something begins: the person is to see what the client says of itself now, and its developer why
   * it is not known. Otherwise something goes on, for which a recent copy will do.
   */
  readonly begins?: boolean;
}

/**
 * Who asks for a client, as far as it matters for one that has to be fetched. With `remembered` nothing
 * is fetched: who is not remembered is not known.
 */
export type ClientAsking = FetchAsking | 'remembered';

/** @throws What reading it throws. */
type IsWanted = () => Promise<boolean>;

/** Where clients are known from beside the store. Each is asked about ids of its own shape alone. */
export interface ClientSources {
  /** Clients of the configuration. */
  provisioned?(client_id: string): KnownClient | undefined;
  /**
   * Clients whose id is the address of a document.
   *
   * @param isWanted - Whether anything can come of it. What has to be read for that is read before the
   * document is asked for: to fetch it costs more than to wait, and counts for somebody.
   * @returns Nothing at all for any other id.
   * @throws {OAuthError} `temporarily_unavailable` when nobody can tell; where something begins, also
   * `invalid_client`, with what is wrong with the document.
   */
  document?(
    client_id: string,
    asking: ClientAsking,
    isWanted: IsWanted,
  ): Promise<KnownClient | undefined> | undefined;
}

export interface ResolveClientDeps extends ClientStandingDeps {
  readonly clients: Pick<ClientStore, 'find'>;
  readonly clientSources: ClientSources;
  readonly scopePolicy: ScopePolicy;
  /** The store's clock. */
  readonly storeNow: () => number;
}

/**
 * @param isOfUse - Whether anything can come of the client with this standing, where more than the client
 * decides that. Where not, it may not be looked for.
 * @returns `undefined` for a client that never was, has expired, was deleted or is blocked: nobody can
 * tell which.
 * @throws {OAuthError} As {@link ClientSources} says.
 */
export async function resolveClient(
  deps: ResolveClientDeps,
  client_id: string,
  asking: ClientAsking,
  isOfUse: (standing: ClientStanding) => Promise<boolean> = always,
): Promise<Client | undefined> {
  const reading = clientStanding(deps, client_id);
  const isWanted = async (): Promise<boolean> => {
    const standing = await reading;
    return !standing.isBlocked && isOfUse(standing);
  };
  const [known, { isBlocked, revokedBefore }] = await Promise.all([
    knownClient(deps, client_id, asking, isWanted),
    reading,
  ]);
  if (!known || isBlocked) return undefined;
  const { imported_at = 0 } = known.record ?? {};
  const client = withPolicy(deps.scopePolicy, known);
  return { revokedBefore: Math.max(revokedBefore, imported_at), ...client };
}

async function knownClient(
  { clientSources, clients, storeNow }: Parameters<typeof lookUpClient>[0],
  client_id: string,
  asking: ClientAsking,
  isWanted: IsWanted,
): Promise<KnownClient | undefined> {
  const provisioned = clientSources.provisioned?.(client_id);
  if (provisioned) return provisioned;
  const reading = clientSources.document?.(client_id, asking, isWanted);
  if (reading) return reading;
  const record = await clients.find(client_id);
  return record && storedClient(record, storeNow());
}

function always(): Promise<boolean> {
  return Promise.resolve(true);
}

/**
 * A client as the policy of this moment sees it, for the eyes of the operator: whatever was decided
 * about it, and with what is wrong with a document. The operator's fetches are held by the limits for
 * all alone.
 *
 * @throws {OAuthError} As {@link ClientSources} says of something that begins.
 */
export async function lookUpClient(
  deps: Pick<ResolveClientDeps, 'clients' | 'clientSources' | 'scopePolicy' | 'storeNow'>,
  client_id: string,
): Promise<ReturnType<typeof withPolicy> | undefined> {
  const known = await knownClient(deps, client_id, { network: undefined, begins: true }, always);
  return known && withPolicy(deps.scopePolicy, known);
}

/** A client that registered, from what is stored of it. */
export function clientOfRecord(
  { scopePolicy, storeNow }: Pick<ResolveClientDeps, 'scopePolicy' | 'storeNow'>,
  record: ClientRecord,
): ClientByPolicy {
  return withPolicy(scopePolicy, storedClient(record, storeNow()));
}

function storedClient(record: ClientRecord, now: number): KnownClient {
  const { client_id, origin, metadata } = record;
  return {
    client_id,
    origin,
    metadata,
    secretDigests: secretDigestsOf(record, now),
    // What was valid when it was stored may have become malformed only by corruption: then it counts for nothing.
    ...(record.requested !== undefined && { requested: parseScope(record.requested) ?? [] }),
    ...(record.licence && { licence: record.licence }),
    record,
  };
}

/** The one that counts, and the one before it while both do. */
export function secretDigestsOf(
  { secret_digest, previous_secret }: Pick<ClientRecord, 'secret_digest' | 'previous_secret'>,
  now: number,
): readonly string[] {
  const isKept = previous_secret !== undefined && now < previous_secret.ends_at;
  return [
    ...(secret_digest === undefined ? [] : [secret_digest]),
    ...(isKept ? [previous_secret.digest] : []),
  ];
}

/** What no policy has looked at: what one made of it before must not count again. */
type Unjudged = KnownClient & Readonly<Partial<Record<'registered' | 'ceiling', never>>>;

/** A client as a policy sees it. */
export function withPolicy(everybodys: ScopePolicy, known: Unjudged): ClientByPolicy {
  const { metadata, requested } = known;
  const confidential = isConfidential(metadata);
  // The operator wrote down what this one may ask for: there is nothing to add, and nothing to hold back.
  if (known.origin === 'provisioned') {
    const own = requested ?? [];
    const registered = own.map((scope) => ({ scope, origin: 'requested' as const }));
    return { confidential, registered, ceiling: own, implicit: own, ...known };
  }
  const licence = known.licence?.scopes;
  const scopePolicy = licensedPolicy(everybodys, licence);
  // Of a document nothing is noted: it is read again and again.
  const noted = everybodys.reconcile === 'off' ? known.record?.registered.scopes : undefined;
  const registered = noted
    ? standingScopes(everybodys, noted, licence)
    : registeredScopes(scopePolicy, { ...known, origin: known.origin });
  return {
    confidential,
    registered,
    ceiling: ceilingOf(scopePolicy, registered),
    implicit: noted ? broughtByClient(registered) : implicitScopes(scopePolicy, requested),
    ...known,
  };
}
