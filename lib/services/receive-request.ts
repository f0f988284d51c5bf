/**
 * Receiving an authorization request at the authorization endpoint: from the browser, or from where
 * the client has pushed it to.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9126#section-4
 * @module
 */
import type { Person } from '../login/port.ts';
import { readClientId } from '../protocol/authorization-request.ts';
import { OAuthError } from '../protocol/errors.ts';
import { Parameters } from '../protocol/parameters.ts';
import { readPushedRequestId } from '../protocol/pushed-request.ts';
import type { KeptConsent, PushedRequest, PushedRequestStore } from '../storage/store.ts';
import { readAdmitted, type Admit } from './admitted.ts';
import { readRequest, type ReadRequest } from './read-request.ts';
import type { RememberedConsentDeps } from './remembered-consent.ts';
import { resolveClient, type Client, type ResolveClientDeps } from './resolve-client.ts';
import { consentsAhead, type Foreseen } from './unasked-authorization.ts';

export interface ReceiveRequestDeps extends ResolveClientDeps, RememberedConsentDeps {
  readonly pushedRequests: Pick<PushedRequestStore, 'find'>;
}

/** Who sends it, and by which browser. */
export interface RequestSource {
  /** Asked with the first read. */
  readonly admit: Admit;
  /** The network it is in; `undefined` when it is not counted. */
  readonly network: string | undefined;
  /** Asks the login port, at most once. */
  readonly person: () => Promise<Person | undefined>;
  /** Digest of the browser id; `undefined` while the browser has none. */
  readonly knownBrowser: () => string | undefined;
}

export interface ReceivedRequest extends ReadRequest {
  readonly client: Client;
  /** The id of the pushed request that it was. */
  readonly pushedId?: string;
  /** What the person who is there has allowed this client before. */
  readonly consents: Promise<readonly KeptConsent[]>;
}

/**
 * Everything is read together: one wait.
 *
 * @throws {OAuthError} When it is not even certain who asks; to be shown as a page.
 */
export async function receiveRequest(
  deps: ReceiveRequestDeps,
  parameters: Parameters,
  source: RequestSource,
): Promise<ReceivedRequest> {
  const client_id = readClientId(parameters);
  const pushedId = readPushedRequestId(parameters);
  return pushedId === undefined
    ? receiveDirect(deps, client_id, readRequest(parameters), source)
    : receivePushed(deps, client_id, pushedId, source);
}

async function receiveDirect(
  deps: ReceiveRequestDeps,
  client_id: string,
  read: ReadRequest,
  { admit, person, network }: RequestSource,
): Promise<ReceivedRequest> {
  const { redirect_uri, request } = read;
  const foreseen: Foreseen = {
    client_id,
    ...(redirect_uri !== undefined && { redirect_uri }),
    ...(!(request instanceof OAuthError) && { request }),
  };
  const consents = consentsAhead(deps, foreseen, person);
  const client = await readAdmitted(admit, () =>
    resolveClient(deps, client_id, { network, begins: true }),
  );
  return { client: known(client), consents, ...read };
}

async function receivePushed(
  deps: ReceiveRequestDeps,
  client_id: string,
  pushedId: string,
  { admit, person, network, knownBrowser }: RequestSource,
): Promise<ReceivedRequest> {
  // Nothing is known of it yet but that it was well formed.
  const consents = consentsAhead(deps, { client_id, request: { prompt: [] } }, person);
  const [client, pushed] = await readAdmitted(admit, () =>
    Promise.all([
      resolveClient(deps, client_id, { network, begins: true }),
      deps.pushedRequests.find(pushedId),
    ]),
  );
  const found = known(client);
  const read = readRequest(pushedParameters(pushed, client_id, knownBrowser()));
  return { client: found, pushedId, consents, ...read };
}

function known(client: Client | undefined): Client {
  if (client) return client;
  throw new OAuthError('invalid_client', 'the client is not known');
}

/** RFC 9126 §2.2: it is bound to the client that pushed it; and here to the browser that used it first. */
function pushedParameters(
  pushed: PushedRequest | undefined,
  client_id: string,
  browser: string | undefined,
): Parameters {
  const isFree = pushed?.browser === undefined || pushed.browser === browser;
  if (pushed?.client_id === client_id && isFree) return Parameters.fromEncoded(pushed.parameters);
  throw unknownRequest(client_id);
}

/** One answer for every reason: what others have pushed is nobody's business. */
export function unknownRequest(client_id: string): OAuthError {
  return new OAuthError(
    'invalid_request_uri',
    'request_uri is unknown, expired, in use by another browser, or of another client',
    { detail: { client_id } },
  );
}
