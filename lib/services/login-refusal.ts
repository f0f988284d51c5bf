/**
 * What a client hears of a login elsewhere that was refused, and whether it hears of it at once.
 *
 * @module
 */
import { OAuthError, type OAuthErrorCode } from '../protocol/errors.ts';
import { parseLoopbackUri } from '../protocol/loopback.ts';
import type { PendingAuthorization } from '../storage/store.ts';
import { isUpstreamRefused, type UpstreamRefusedError } from '../upstream/port.ts';

const SENTENCES = {
  access_denied: 'the login was refused',
  server_error: 'the login failed',
  temporarily_unavailable: 'the login is not available at the moment',
  login_required: 'the person must log in',
  consent_required: 'the person must be asked',
  interaction_required: 'the person must be asked',
} as const satisfies Partial<Record<OAuthErrorCode, string>>;

/** The provider said no, or what it said does not hold. */
export function refusedThere(
  { client_id }: Pick<PendingAuthorization, 'client_id'>,
  cause: UpstreamRefusedError,
): OAuthError {
  const code = codeOf(cause);
  const detail = { client_id, upstream: cause.message };
  return new OAuthError(code, SENTENCES[code], { cause, detail });
}

/** The host does not let this person in. */
export function refusedHere(detail?: Pick<PendingAuthorization, 'client_id'>): OAuthError {
  const sentence = 'this account may not be used here';
  return new OAuthError('access_denied', sentence, detail && { detail });
}

/** Nobody can say at the moment. */
export function notAvailable(cause: unknown): OAuthError {
  return new OAuthError('temporarily_unavailable', SENTENCES.temporarily_unavailable, { cause });
}

/**
 * Where the person saw the provider's pages, the client hears of it. With `prompt=none` nobody saw
 * anything, nor when the provider refused the request as such: then whoever registered a client would
 * have a way to send people on unseen (RFC 9700 §4.11.2), so it travels only to their own machine.
 */
export function mayTravel(
  { redirect_uri, login_request }: PendingAuthorization,
  { cause }: OAuthError,
): boolean {
  if (parseLoopbackUri(redirect_uri)) return true;
  const isUnseen = isUpstreamRefused(cause) && cause.code === 'invalid_request';
  return login_request?.prompt !== 'none' && !isUnseen;
}

/** What is wrong between this server and the provider is no business of the client. */
function codeOf({ code }: UpstreamRefusedError): keyof typeof SENTENCES {
  return code === 'invalid_grant' || code === 'invalid_request' ? 'server_error' : code;
}
