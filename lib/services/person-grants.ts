/**
 * What a person has given to which apps, and taking it back: for the host's own page of connected apps.
 *
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';
import { requireKnown, requireText } from '../diagnostics/given-options.ts';
import type { Emit } from '../operations/audit.ts';
import type { Logger } from '../operations/logger.ts';
import type { DisplayMetadata } from '../protocol/client.ts';
import { isClientIdUrl } from '../protocol/client-id-url.ts';
import { OAuthError } from '../protocol/errors.ts';
import { isLoopbackHost } from '../protocol/loopback.ts';
import { parseScope, type Scope } from '../protocol/scope.ts';
import type { ClientStore, ConsentStore, GrantRecord, GrantStore } from '../storage/store.ts';
import { clientStanding, isOver, type ClientStanding } from './client-standing.ts';
import { subjectDigest } from './index-grant.ts';
import { actingOperator, type OperatorOptions } from './operator-name.ts';
import { forgetAllConsents, forgetConsent } from './remembered-consent.ts';
import { resolveClient, type ResolveClientDeps } from './resolve-client.ts';

export interface GrantsDeps extends ResolveClientDeps {
  readonly issuer: string;
  readonly clients: Pick<ClientStore, 'find'>;
  readonly grants: Pick<GrantStore, 'find' | 'listBySubject' | 'revoke'>;
  readonly consents: Pick<ConsentStore, 'forget' | 'forgetAll'>;
  readonly newRequestId: () => string;
  readonly emit: Emit;
  readonly logger: Logger;
  /** Revokes the tokens of the login elsewhere that went with a grant. */
  readonly revokeUpstream?: (grantId: string) => Promise<unknown>;
}

/** Whose grants. */
export interface PersonQuery {
  /** The `sub` that the login gives. */
  readonly subject: string;
}

/** Which of a person's grants to revoke: one, all of a client, or all there are. */
export interface RevokeQuery extends PersonQuery, OperatorOptions {
  readonly grantId?: string;
  readonly clientId?: string;
  /**
   * Whose decision it is, for the audit.
   *
   * @default 'person'
   */
  readonly by?: 'person' | 'operator';
}

/** A grant that is alive, as a page can show it. A client has one for each time it was connected. */
export interface PersonGrant {
  readonly grantId: string;
  readonly clientId: string;
  /** The client's own claim, which nobody has checked. */
  readonly clientName?: string;
  /** So is this; http or https. */
  readonly clientUri?: string;
  /** The host that the code was sent to; absent for an app on the person's own device. */
  readonly redirectHost?: string;
  /** What the person approved. */
  readonly scopes: readonly Scope[];
  /** The APIs that its tokens can be for. */
  readonly resources: readonly string[];
  /** Whether the app stays connected when the person has gone. */
  readonly refreshable: boolean;
  readonly createdAt: Date;
  /** When the app last fetched tokens; absent until it has fetched any. */
  readonly lastUsedAt?: Date;
  /** When it ends if nothing more happens. */
  readonly expiresAt: Date;
}

/** What people have given to apps. Who may ask for whose is for the host to know. */
export interface Grants {
  /**
   * The grants of one person that are alive, the newest first.
   *
   * @throws {TypeError} When `subject` is not a text, or empty.
   * @throws {StoreUnavailableError} While the store does not answer.
   */
  list(query: PersonQuery): Promise<PersonGrant[]>;
  /**
   * Ends one grant of a person, or all that a client has from them, or all there are. Refresh tokens
   * are refused from then on; access tokens that are out last until their own end. What was remembered
   * of the consent to these clients is forgotten: the person is asked again. Where none is named, that
   * is every client, also one of which no grant is left.
   *
   * @returns How many grants there were. One of another person is none.
   * @throws {TypeError} When `subject` is not a text, or empty, for a `grantId` or `clientId` that is given
   * and is no text, for an option that nobody knows, and for an `operator` that is none or does not go
   * with `by: 'operator'`.
   * @throws {StoreUnavailableError} While the store does not answer; to call again is safe.
   */
  revoke(query: RevokeQuery): Promise<number>;
}

export function createGrants(deps: GrantsDeps): Grants {
  return {
    // Without anything there is no subject either, and that is said.
    list: (query) => listGrants(deps, Object(query) as PersonQuery),
    revoke: (query) => revokeGrants(deps, Object(query) as RevokeQuery),
  };
}

/** Without those of clients that are gone or blocked: a grant is dead when nobody can use it. */
async function listGrants(deps: GrantsDeps, { subject }: PersonQuery): Promise<PersonGrant[]> {
  const listed = await deps.grants.listBySubject(personDigest(deps, 'list', subject));
  // The list is written beside the answer: of two people who answered one request, for both of them.
  const grants = listed.filter((grant) => grant.subject === subject);
  const ids = [...new Set(grants.map(({ client_id }) => client_id))];
  const known = new Map(await Promise.all(ids.map((id) => describedClient(deps, id))));
  return grants
    .flatMap((grant) => personGrant(grant, known.get(grant.client_id)) ?? [])
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

/** What a page can say of a client. */
interface Described extends Pick<ClientStanding, 'revokedBefore'> {
  readonly metadata: DisplayMetadata;
}

/**
 * One whose document is not remembered is still there, and can still be revoked: a person may have
 * hundreds of them, and to look at the page must not fetch them all.
 */
async function describedClient(
  deps: GrantsDeps,
  client_id: string,
): Promise<readonly [string, Described | undefined]> {
  const [client, standing] = await Promise.all([
    resolveClient(deps, client_id, 'remembered').catch(unreadable),
    clientStanding(deps, client_id),
  ]);
  // Whoever wrote a document could take it away for a minute: that hides no grant.
  const known = client ?? (isClientIdUrl(client_id) ? { metadata: {} } : undefined);
  return [client_id, known && !standing.isBlocked ? { ...standing, ...known } : undefined];
}

function unreadable(error: unknown): Pick<Described, 'metadata'> {
  if (!(error instanceof OAuthError)) throw error;
  return { metadata: {} };
}

/** For hosts that write without types. */
const REVOKE_OPTIONS = [
  'subject',
  'grantId',
  'clientId',
  'by',
  'operator',
] as const satisfies readonly (keyof RevokeQuery)[];

async function revokeGrants(deps: GrantsDeps, query: RevokeQuery): Promise<number> {
  requireKnown('grants.revoke', query, REVOKE_OPTIONS);
  // Which one was meant nobody knows, and without any it would be all of them.
  for (const name of ['grantId', 'clientId']) requireText('grants.revoke', name, query);
  const { subject, grantId, clientId, by = 'person', operator } = query;
  const digest = personDigest(deps, 'revoke', subject);
  if (operator !== undefined && by !== 'operator') {
    throw new ArgumentError("grants.revoke: operator goes with by: 'operator'");
  }
  const who = actingOperator({ operator });
  // Before the look: who is allowed meanwhile by a consent of before would have a grant that it misses.
  if (grantId === undefined) {
    await (clientId === undefined
      ? forgetAllConsents(deps, subject)
      : forgetConsent(deps, { subject, client_id: clientId }));
  }
  const alive = await (grantId === undefined
    ? deps.grants.listBySubject(digest)
    : listOf(await deps.grants.find(grantId)));
  const meant = alive.filter(
    (grant) => grant.subject === subject && (clientId ?? grant.client_id) === grant.client_id,
  );
  const clientIds = new Set(meant.map(({ client_id }) => client_id));
  // First: should it fail, the grants are still there to be found by the next attempt.
  await Promise.all([...clientIds].map((client_id) => forgetConsent(deps, { subject, client_id })));
  await Promise.all(
    meant.map(async ({ client_id, grant_id }) => {
      await deps.grants.revoke(grant_id, { requestId: deps.newRequestId() });
      deps.emit({ name: 'grant.revoked', by, ...who, client_id, subject, grant_id });
    }),
  );
  await Promise.all(meant.map(async ({ grant_id }) => deps.revokeUpstream?.(grant_id)));
  return meant.length;
}

function listOf(grant: GrantRecord | undefined): readonly GrantRecord[] {
  return grant ? [grant] : [];
}

/** An empty or absent subject is a mistake of the host: a session that is over, most likely. */
function personDigest({ issuer }: GrantsDeps, method: string, subject: unknown): string {
  if (typeof subject === 'string' && subject !== '') return subjectDigest(issuer, subject);
  throw new ArgumentError(`grants.${method}: subject must be the sub of a person`);
}

function personGrant(grant: GrantRecord, client: Described | undefined): PersonGrant | undefined {
  if (!client || isOver(client, grant.created_at)) return undefined;
  const { client_name, client_uri } = client.metadata;
  const redirectHost = hostOf(grant.redirect_uri);
  const usedAt = grant.rotated_at ?? grant.redeemed_at;
  return {
    grantId: grant.grant_id,
    clientId: grant.client_id,
    ...(client_name !== undefined && { clientName: client_name }),
    ...(client_uri !== undefined && { clientUri: client_uri }),
    ...(redirectHost !== undefined && { redirectHost }),
    scopes: parseScope(grant.granted) ?? [],
    resources: grant.resources,
    refreshable: grant.refreshable,
    createdAt: new Date(grant.created_at),
    ...(usedAt !== undefined && { lastUsedAt: new Date(usedAt) }),
    expiresAt: new Date(Math.min(grant.expires_at, grant.ends_at)),
  };
}

function hostOf(redirect_uri: string): string | undefined {
  const { protocol, host, hostname } = new URL(redirect_uri);
  return protocol === 'https:' && !isLoopbackHost(hostname) ? host : undefined;
}
