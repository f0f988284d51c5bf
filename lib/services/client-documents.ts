/**
 * Clients that are known by the document at their `client_id`.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document-02#section-5
 * @module
 */
import { FetchFailedError, type GetJson, type Loaded, type Remembered } from '../outbound/port.ts';
import { isDocumentHostAllowed, type DocumentHosts } from '../policy/document-hosts.ts';
import { isClientIdUrl } from '../protocol/client-id-url.ts';
import { OAuthError } from '../protocol/errors.ts';
import { loadFailureOf } from './load-failure.ts';
import { readDocument, type ReadDocumentDeps } from './read-document.ts';
import type { ClientAsking, ClientSources, KnownClient } from './resolve-client.ts';

/** What the draft recommends (§8.7). */
const MAX_DOCUMENT_BYTES = 5 * 1024;

export interface FetchDocumentDeps extends ReadDocumentDeps {
  readonly getJson: GetJson;
}

/** Fetches one, and decides about it. @throws What {@link loadFailureOf} tells apart. */
export async function fetchDocument(
  deps: FetchDocumentDeps,
  client_id: string,
  before?: KnownClient,
): Promise<Loaded<KnownClient>> {
  const { json, freshForMs } = await deps.getJson(client_id, { maxBytes: MAX_DOCUMENT_BYTES });
  return { value: await readDocument(deps, client_id, json, before), freshForMs };
}

export interface ClientDocumentsDeps {
  readonly issuer: string;
  readonly hosts: DocumentHosts;
  /** The host's word about a host; asked each time. */
  readonly allowHost?: ((host: string) => boolean | Promise<boolean>) | undefined;
  readonly documents: Remembered<KnownClient, string | undefined>;
  readonly logger: ReadDocumentDeps['logger'];
}

/** The source of these clients. */
export function createDocumentSource(
  deps: ClientDocumentsDeps,
): NonNullable<ClientSources['document']> {
  return (client_id, asking, isWanted) =>
    isClientIdUrl(client_id) ? wantedClientOf(deps, client_id, asking, isWanted) : undefined;
}

async function wantedClientOf(
  deps: ClientDocumentsDeps,
  client_id: string,
  asking: ClientAsking,
  isWanted: () => Promise<boolean>,
): Promise<KnownClient | undefined> {
  return (await isWanted()) ? clientOf(deps, client_id, asking) : undefined;
}

async function clientOf(
  deps: ClientDocumentsDeps,
  client_id: string,
  asking: ClientAsking,
): Promise<KnownClient | undefined> {
  const begins = asking !== 'remembered' && asking.begins === true;
  let error: unknown;
  try {
    if (!(await mayTell(deps, client_id))) throw notHere();
    if (asking === 'remembered') return deps.documents.recall(client_id);
    return await deps.documents.get(client_id, asking.network, begins);
  } catch (caught) {
    error = caught;
  }
  const failure = loadFailureOf(error);
  if (failure === 'ours' || failure === 'theirs') throw error;
  const why = error instanceof FetchFailedError ? error.failure : 'not usable';
  // What the log says of a registration that is refused, it says of a document too.
  const detail = { ...(error instanceof OAuthError && error.detail), client_id, why };
  // One sentence where the network is to blame: which hosts there are in ours is nobody's business.
  if (begins) {
    throw new OAuthError('invalid_client', descriptionOf(error), {
      cause: error,
      detail,
    });
  }
  if (why === 'away') {
    throw new OAuthError(
      'temporarily_unavailable',
      'the client metadata document cannot be fetched at the moment',
      { cause: error, detail: { client_id }, isPlanned: true },
    );
  }
  deps.logger.debug('client metadata document refused', detail);
  return undefined;
}

/** Asking itself, this server would wait for an answer that waits for it. */
async function mayTell(
  { issuer, hosts, allowHost }: ClientDocumentsDeps,
  client_id: string,
): Promise<boolean> {
  const { origin, hostname } = new URL(client_id);
  if (origin === new URL(issuer).origin || !isDocumentHostAllowed(client_id, hosts)) return false;
  if (!allowHost) return true;
  try {
    // Only a clear yes is one: what a host in plain JavaScript forgets to return is none.
    const answer: unknown = await allowHost(hostname);
    return answer === true;
  } catch (cause) {
    throw new OAuthError(
      'temporarily_unavailable',
      'client metadata documents are not available at the moment',
      { cause: new Error('clientIdMetadataDocuments.allowHost failed', { cause }) },
    );
  }
}

function notHere(): OAuthError {
  return new OAuthError('invalid_client', 'its host is not one of those that count here');
}

function descriptionOf(error: unknown): string {
  const reason =
    error instanceof OAuthError
      ? error.description
      : error instanceof FetchFailedError && error.failure === 'unusable'
        ? error.message
        : 'it cannot be fetched';
  return `the client metadata document cannot be used: ${reason}`;
}
