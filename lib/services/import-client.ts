/**
 * Taking over a client that another server has registered, with the id and the secret that it has there.
 *
 * What it may do here is decided as if it registered now. It counts as used, for people may have
 * connected it long ago: garbage it is not.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1
 * @module
 */
import { hasSecret } from '../protocol/client.ts';
import { OAuthError } from '../protocol/errors.ts';
import { invalid, membersOf, present, text, type Member } from '../protocol/metadata-members.ts';
import type { Emit } from '../operations/audit.ts';
import { addedByBaseline } from '../policy/baseline.ts';
import { formatScope, parseScope } from '../protocol/scope.ts';
import {
  isKeptClientId,
  type ClientRecord,
  type ClientStore,
  type NewClient,
} from '../storage/store.ts';
import { sha256 } from '../tokens/digest.ts';
import { decideRegistration, type DecideRegistrationDeps } from './decide-registration.ts';
import { secretEnd, secretNotes, secretOf } from './imported-secret.ts';

export interface ImportClientDeps extends DecideRegistrationDeps {
  readonly clients: Pick<ClientStore, 'insert' | 'find' | 'renew'>;
  readonly clientIdleTtlMs: number;
  /** Whether the configuration gives this id to somebody else. */
  readonly isTaken: (client_id: string) => boolean;
  /** The store's clock. */
  readonly storeNow: () => number;
  readonly emit: Emit;
}

export interface ImportOptions {
  /** Whether all is only tried, and nothing kept. */
  readonly isTrial?: boolean;
}

/** What became of one record. Nothing secret is in it; `client_id` is none that could harm a terminal. */
export type ImportOutcome =
  | {
      /** - `present`: it was there already; nothing was changed. */
      readonly outcome: 'imported' | 'present';
      readonly client_id: string;
      /** What is not as it was on the other server. */
      readonly notes: readonly string[];
    }
  | {
      readonly outcome: 'refused';
      /** Absent where there is none that could be kept. */
      readonly client_id?: string;
      readonly reason: string;
    };

const DIFFERS = 'is there already and differs from this; what is there stays as it is';

/**
 * @param body - A client information response, as that server gave it out, whatever it is.
 * @throws {StoreUnavailableError} When the store does not answer: to be repeated, which does no harm.
 * @throws {OAuthError} `temporarily_unavailable` when the host could not say: likewise.
 */
export async function importClient(
  deps: ImportClientDeps,
  body: unknown,
  { isTrial = false }: ImportOptions = {},
): Promise<ImportOutcome> {
  let client_id: string | undefined;
  try {
    client_id = clientIdOf(deps, body);
    // First: before it has been asked the store's clock may not have been heard.
    const there = await deps.clients.find(client_id);
    const { client, notes } = await clientOf(deps, client_id, body);
    if (there && !isSame(there, client)) return { outcome: 'present', client_id, notes: [DIFFERS] };
    if (!isTrial) await keep(deps, client, there);
    if (!isTrial && !there) tell(deps, client);
    return { outcome: there ? 'present' : 'imported', client_id, notes };
  } catch (error) {
    // Nobody has refused it where nobody could say.
    if (!(error instanceof OAuthError) || error.status >= 500) throw error;
    const reason = `${error.code}: ${error.description}`;
    return { outcome: 'refused', ...(client_id !== undefined && { client_id }), reason };
  }
}

function tell({ emit }: ImportClientDeps, { client_id, requested, registered }: NewClient): void {
  emit({
    name: 'client.imported',
    by: 'operator',
    client_id,
    ...(requested !== undefined && { requested: parseScope(requested) ?? [] }),
    baseline: addedByBaseline(registered.scopes),
    registered: registered.scopes,
  });
}

function clientIdOf({ isTaken }: ImportClientDeps, body: unknown): string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('a client must be a JSON object');
  }
  const client_id = text(membersOf(body), 'client_id');
  if (client_id === undefined) throw invalid('client_id is missing');
  if (!isKeptClientId(client_id)) {
    throw invalid('client_id must be 1 to 128 letters, digits, or ._~-');
  }
  if (isTaken(client_id)) throw invalid('client_id is one of the configuration');
  return client_id;
}

interface Imported {
  readonly client: NewClient;
  readonly notes: readonly string[];
}

async function clientOf(
  deps: ImportClientDeps,
  client_id: string,
  body: unknown,
): Promise<Imported> {
  const member = membersOf(Object(body) as object);
  const secret = secretOf(member);
  // Left out, it means this (RFC 7591 §2); that public clients forget to say theirs is about others.
  const method = secret === undefined ? undefined : 'client_secret_basic';
  const sent = { ...(method && { token_endpoint_auth_method: method }), ...withoutEmpty(body) };
  const context = { kind: 'registration', client_id } as const;
  const { metadata, requested, registered, dropped } = await decideRegistration(
    deps,
    sent,
    context,
  );
  if (hasSecret(metadata) && secret === undefined) throw invalid('client_secret is missing');
  const now = deps.storeNow();
  const nowSeconds = Math.floor(now / 1000);
  const token = text(member, 'registration_access_token');
  return {
    client: {
      client_id,
      client_id_issued_at: issuedAt(member, nowSeconds),
      imported_at: Math.ceil(now),
      origin: 'registered',
      metadata,
      ...(hasSecret(metadata) && present({ secret_digest: secret && sha256(secret) })),
      ...(requested && { requested: formatScope(requested) }),
      registered: { scopes: registered, policy: deps.scopePolicy.digest },
      ...(token !== undefined && { registration_token: { digest: sha256(token) } }),
    },
    notes: [
      ...secretNotes(metadata, secret, secretEnd(member, nowSeconds)),
      ...(dropped.scopes.length > 0 ? ['scopes that are not supported are left out'] : []),
      ...(dropped.redirect_uris.length > 0
        ? ['redirect URIs that are not acceptable are left out']
        : []),
    ],
  };
}

/** An end that is empty is none, as for every member. */
function withoutEmpty(body: unknown): object {
  const members = Object.entries(Object(body) as object);
  return Object.fromEntries(members.filter(([, value]) => value !== null && value !== ''));
}

function issuedAt(member: Member, nowSeconds: number): number {
  const given = member('client_id_issued_at');
  const isTime = typeof given === 'number' && Number.isSafeInteger(given);
  return isTime && given > 0 && given <= nowSeconds ? given : nowSeconds;
}

/** The second step is made up for by the next run, where the first one was the last of this. */
async function keep(
  { clients, clientIdleTtlMs }: ImportClientDeps,
  client: NewClient,
  there: ClientRecord | undefined,
): Promise<void> {
  if (!there) await clients.insert(client, clientIdleTtlMs);
  const kept = there ?? (await clients.find(client.client_id));
  if (kept && !kept.used) await clients.renew(kept, clientIdleTtlMs);
}

function isSame(record: ClientRecord, client: NewClient): boolean {
  const told = ({ metadata, requested, secret_digest }: NewClient): string =>
    JSON.stringify([metadata, requested, secret_digest], sorted);
  return told(record) === told(client);
}

function sorted(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}
