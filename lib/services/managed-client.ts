/**
 * Who may read, change and end a registration: whoever has its registration access token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7592#section-2
 * @module
 */
import { clientInformation, type ClientInformation } from '../protocol/client.ts';
import { OAuthError } from '../protocol/errors.ts';
import { formatScope } from '../protocol/scope.ts';
import type { ClientRecord, ClientStore, NewClient } from '../storage/store.ts';
import { isSameText, sha256 } from '../tokens/digest.ts';
import type {
  NextCredentials,
  RegistrationCredentials,
} from '../tokens/registration-credentials.ts';
import { readAdmitted, type Admit } from './admitted.ts';
import { clientStanding, type ClientStandingDeps } from './client-standing.ts';
import { clientOfRecord, type ResolveClientDeps } from './resolve-client.ts';

/** How long what has been replaced is good beside what took its place: secrets and tokens alike. */
export const OVERLAP_MS = 24 * 60 * 60 * 1000;

export interface ManagedClientDeps
  extends Pick<ResolveClientDeps, 'scopePolicy' | 'storeNow'>, ClientStandingDeps {
  readonly clients: Pick<ClientStore, 'find'>;
  readonly registrationCredentials: RegistrationCredentials;
  /** The URL of the registration endpoint. */
  readonly registrationUrl: string;
}

/** What came with the request. */
export interface ManagementRequest {
  readonly client_id: string;
  /** What came as a bearer token, if anything did. */
  readonly token: string | undefined;
  /** Asked with the read. */
  readonly admit: Admit;
}

/** A registration, for somebody who has its token. */
export interface ManagedClient {
  readonly record: ClientRecord;
  /** The token that came. */
  readonly token: string;
  /**
   * - `current`: the token that counts.
   * - `previous`: the one before it, whose successor has not been used yet.
   */
  readonly standing: 'current' | 'previous';
  /** What an update leads to: what it led to already, where the token is the previous one. */
  readonly next: NextCredentials;
  /** Whether that is what the client has been given. */
  readonly isRepeated: boolean;
}

/** What a token is compared with where there is none: as long as a digest, and no digest. */
const NO_DIGEST = '-'.repeat(43);

/**
 * Not by way of the sources of other clients: those of the configuration and those that are known by a
 * document have nothing that could be managed here, and nothing is fetched for a stranger's question.
 *
 * @throws {OAuthError} `invalid_token`, the same for a client that never was, one that is no more or
 * blocked, one without a token and a token that is not its own.
 */
export async function requireManagedClient(
  deps: ManagedClientDeps,
  { client_id, token = '', admit }: ManagementRequest,
): Promise<ManagedClient> {
  const [found, { isBlocked }] = await readAdmitted(admit, () =>
    Promise.all([deps.clients.find(client_id), clientStanding(deps, client_id)]),
  );
  const record = isBlocked ? undefined : found;
  const { digest = NO_DIGEST, previous } = record?.registration_token ?? {};
  const given = sha256(token);
  const isCurrent = isSameText(digest, given);
  const isPrevious = isSameText(previous?.digest ?? NO_DIGEST, given);
  const isWithin = previous !== undefined && deps.storeNow() < previous.ends_at;
  if (!record || !(isCurrent || (isPrevious && isWithin))) throw unknownRegistration();
  const [first, ...older] = deps.registrationCredentials.next(client_id, token);
  const answered = [first, ...older].find(
    ({ registration_access_token }) => sha256(registration_access_token) === digest,
  );
  return {
    record,
    token,
    standing: isCurrent ? 'current' : 'previous',
    next: answered ?? first,
    isRepeated: answered !== undefined,
  };
}

/** What the store adds to a client, and counts. */
const OF_THE_STORE = ['v', 'expires_at', 'used'];

/** A client as it was, to be kept with some of it replaced. */
export function recordWithout(
  record: ClientRecord,
  ...names: readonly (keyof ClientRecord)[]
): NewClient {
  const left: readonly string[] = [...OF_THE_STORE, ...names];
  const kept = Object.entries(record).filter(([name]) => !left.includes(name));
  return Object.fromEntries(kept) as unknown as NewClient;
}

/** One answer, whatever is not there. */
export function unknownRegistration(): OAuthError {
  return new OAuthError('invalid_token', 'the registration access token is not known');
}

/** What is answered about a registration (RFC 7592 §3). */
export function informationOf(
  deps: Pick<ManagedClientDeps, 'scopePolicy' | 'storeNow' | 'registrationUrl'>,
  record: ClientRecord,
  credentials: {
    readonly registration_access_token: string;
    readonly client_secret?: string | undefined;
  },
): ClientInformation {
  const { registration_access_token, client_secret } = credentials;
  const { client_id, client_id_issued_at, metadata } = record;
  const { registered } = clientOfRecord(deps, record);
  return clientInformation(
    {
      client_id,
      client_id_issued_at,
      scope: formatScope(registered.map(({ scope }) => scope)),
      ...(client_secret !== undefined && { client_secret }),
      registration_client_uri: registrationClientUri(deps, client_id),
      registration_access_token,
    },
    metadata,
  );
}

/** Where a registration is managed. An id of ours needs no encoding. */
export function registrationClientUri(
  { registrationUrl }: Pick<ManagedClientDeps, 'registrationUrl'>,
  client_id: string,
): string {
  return `${registrationUrl}/${client_id}`;
}
