/**
 * Beginning an authorization: everything is checked before the person is bothered, then the browser
 * goes to the login or straight to the consent page.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
 * @module
 */
import { OAuthError } from '../protocol/errors.ts';
import type { Parameters } from '../protocol/parameters.ts';
import type { PushedRequestStore } from '../storage/store.ts';
import { checkRequest, type AskedDeps } from './asked-access.ts';
import {
  beginPending,
  type BeginPendingDeps,
  type BrowserContext,
  type NextStep,
} from './begin-pending.ts';
import { fateOf, provenTarget, type ProvenTarget } from './proven-target.ts';
import {
  receiveRequest,
  type ReceivedRequest,
  type ReceiveRequestDeps,
} from './receive-request.ts';

export interface BeginAuthorizationDeps extends ReceiveRequestDeps, AskedDeps, BeginPendingDeps {
  readonly scopePolicy: ReceiveRequestDeps['scopePolicy'];
  readonly clients: ReceiveRequestDeps['clients'] & BeginPendingDeps['clients'];
  readonly pushedRequests: Pick<PushedRequestStore, 'find' | 'bind'>;
  /** Whether every client has to push its requests. */
  readonly requirePushedRequests: boolean;
}

/**
 * What happens next. An error with `show: 'page'` must not travel; with a `target`, the page may
 * offer the way back that was not taken (RFC 9700 §4.11.2).
 */
export type BeginOutcome =
  | NextStep
  | { readonly show: 'page'; readonly error: OAuthError; readonly target?: ProvenTarget }
  | { readonly show: 'redirect'; readonly error: OAuthError; readonly target: ProvenTarget };

export async function beginAuthorization(
  deps: BeginAuthorizationDeps,
  parameters: Parameters,
  context: BrowserContext,
): Promise<BeginOutcome> {
  let received: ReceivedRequest;
  let target: ProvenTarget;
  try {
    received = await receiveRequest(deps, parameters, context);
    target = provenTarget(received.client, received);
  } catch (error) {
    // What passes by itself is no refusal: the person may try again.
    if (!(error instanceof OAuthError) || isPassing(error)) throw error;
    return { show: 'page', error };
  }
  try {
    requirePushed(deps, received);
    const { client, request } = received;
    const redirect_uri_given = received.redirect_uri !== undefined;
    const checked = checkRequest(deps, client, request);
    return await beginPending(
      deps,
      { redirect_uri_given, ...received, ...target, ...checked },
      context,
    );
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    // Another browser has begun it: the client does not wait for this one.
    if (error.code === 'invalid_request_uri') return { show: 'page', error };
    return { show: await fateOf(target, context.person), error, target };
  }
}

/** RFC 9126 §5 and §6: by the server for everybody, or by a client for itself. */
function requirePushed(
  { requirePushedRequests }: Pick<BeginAuthorizationDeps, 'requirePushedRequests'>,
  { client, pushedId }: ReceivedRequest,
): void {
  const { require_pushed_authorization_requests: isOwnWish = false } = client.metadata;
  if (pushedId !== undefined || !(requirePushedRequests || isOwnWish)) return;
  throw new OAuthError('invalid_request', 'the authorization request must be pushed first');
}

function isPassing({ status }: OAuthError): boolean {
  return status === 429 || status >= 500;
}
