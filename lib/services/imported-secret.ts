/**
 * The secret of a client that another server has registered.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1
 * @module
 */
import { hasSecret, type ClientMetadata } from '../protocol/client.ts';
import { invalid, text, type Member } from '../protocol/metadata-members.ts';

/** RFC 6749 §A.2. */
const SECRET = /^[\x20-\x7E]{1,512}$/;

/** 128 random bits in base64url. */
const SHORT_SECRET = 22;

/** @throws {OAuthError} `invalid_client_metadata`. */
export function secretOf(member: Member): string | undefined {
  const secret = text(member, 'client_secret');
  if (secret === undefined || SECRET.test(secret)) return secret;
  throw invalid('client_secret must be 1 to 512 printable ASCII characters');
}

/**
 * In seconds; `undefined` for a secret that does not end.
 *
 * @throws {OAuthError} `invalid_client_metadata`, also for one that has ended.
 */
export function secretEnd(member: Member, nowSeconds: number): number | undefined {
  const end = member('client_secret_expires_at') ?? 0;
  if (typeof end !== 'number') throw invalid('client_secret_expires_at must be a number');
  if (end === 0) return undefined;
  if (end <= nowSeconds) throw invalid('its client_secret has ended');
  return end;
}

/** What is not as it was on the other server. */
export function secretNotes(
  metadata: ClientMetadata,
  secret: string | undefined,
  end: number | undefined,
): readonly string[] {
  if (secret === undefined) return [];
  if (!hasSecret(metadata)) {
    return ['its client_secret is left out, for it does not authenticate with one'];
  }
  return [
    ...(end === undefined ? [] : ['its client_secret does not end here']),
    ...(secret.length < SHORT_SECRET ? ['its client_secret is short enough to be guessed'] : []),
  ];
}
