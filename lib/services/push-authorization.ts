/**
 * Pushing an authorization request: the client hands it to the server directly, and the browser
 * carries nothing but a reference to it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9126#section-2
 * @module
 */
import type { Logger } from '../operations/logger.ts';
import { AUTHORIZATION_PARAMETERS } from '../protocol/authorization-request.ts';
import type { ClientCredentials } from '../protocol/client-authentication.ts';
import { OAuthError } from '../protocol/errors.ts';
import type { Parameters } from '../protocol/parameters.ts';
import { formatRequestUri } from '../protocol/pushed-request.ts';
import type { PushedRequestStore } from '../storage/store.ts';
import { readAdmitted, type ClientAttempt } from './admitted.ts';
import { checkRequest, type AskedDeps } from './asked-access.ts';
import { proveClient, type ProveClientDeps } from './authenticate-client.ts';
import { provenTarget } from './proven-target.ts';
import { readRequest } from './read-request.ts';
import { resolveClient, type ResolveClientDeps } from './resolve-client.ts';

/** Time enough for a browser to open, and for a person to try again when it did not. */
const PUSHED_TTL_SECONDS = 90;

/** As much as a browser can carry to the authorization endpoint itself. */
const MAX_PARAMETERS_LENGTH = 8 * 1024;

export interface PushAuthorizationDeps extends ResolveClientDeps, ProveClientDeps, AskedDeps {
  readonly scopePolicy: ResolveClientDeps['scopePolicy'];
  readonly pushedRequests: Pick<PushedRequestStore, 'insert'>;
  /** 16 random bytes, base64url. */
  readonly newPushedRequestId: () => string;
  readonly logger: Logger;
}

/** The answer, spelled as on the wire (RFC 9126 §2.2). */
export interface PushedAuthorization {
  readonly request_uri: string;
  /** Seconds. */
  readonly expires_in: number;
}

/**
 * Keeps a request that the authorization endpoint would begin. There it is checked once more.
 *
 * @throws {OAuthError} `invalid_client`, or any error that the authorization endpoint would answer.
 */
export async function pushAuthorization(
  deps: PushAuthorizationDeps,
  credentials: ClientCredentials,
  parameters: Parameters,
  { admit, network, audiences }: Pick<ClientAttempt, 'admit' | 'network' | 'audiences'>,
): Promise<PushedAuthorization> {
  const known = await readAdmitted(admit, () =>
    resolveClient(deps, credentials.client_id, { network }),
  );
  const client = await proveClient(deps, known, credentials, { audiences, network });
  const { client_id } = client;
  // RFC 9126 §2.1: one reference must not lead to another.
  if (parameters.all('request_uri').length > 0) {
    throw new OAuthError('invalid_request', 'request_uri cannot be pushed');
  }
  const read = readRequest(parameters);
  provenTarget(client, read);
  checkRequest(deps, client, read.request);
  const encoded = parameters.only(AUTHORIZATION_PARAMETERS).toString();
  if (encoded.length > MAX_PARAMETERS_LENGTH) {
    throw new OAuthError('invalid_request', 'the parameters are too long', { status: 413 });
  }
  const request_id = deps.newPushedRequestId();
  await deps.pushedRequests.insert(
    { request_id, client_id, parameters: encoded },
    PUSHED_TTL_SECONDS * 1000,
  );
  deps.logger.debug('authorization request pushed', { client_id });
  return { request_uri: formatRequestUri(request_id), expires_in: PUSHED_TTL_SECONDS };
}
