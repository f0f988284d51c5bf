/**
 * Who may register at all.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3
 * @module
 */
import { OAuthError } from '../protocol/errors.ts';
import type { ClosedRegistration } from '../storage/store.ts';
import { isSameText, sha256 } from '../tokens/digest.ts';
import { hasMintedPrefix, mintedTokenDigest } from '../tokens/initial-access-token.ts';

/** Everybody, whoever brings an initial access token, or nobody. */
export type RegistrationMode = 'open' | 'token' | 'off';

/** An incident takes longer, and whoever comes then is told so again. */
const CLOSED_RETRY_SECONDS = 60;

export interface RegistrationClosedDeps {
  /** By an operator, for a while; absent while registration is what the configuration says. */
  readonly registrationClosed: () => ClosedRegistration | undefined;
}

export interface RegistrationAccessDeps extends RegistrationClosedDeps {
  readonly registration: RegistrationMode;
  /** Digests of the initial access tokens of the configuration. */
  readonly initialAccessTokens: readonly string[];
}

/**
 * What can be said without asking the store.
 *
 * Where everybody may register, only what can be nothing else counts as a token: some clients send an
 * access token of somebody along, and are as welcome as without it.
 *
 * @param token - What came as a bearer token, if anything did.
 * @returns The digest of a minted token, of which one use has to be taken; `undefined` when nothing more
 * is needed.
 * @throws {OAuthError} `access_denied` when nobody may, `temporarily_unavailable` while nobody may,
 * `invalid_token` when this one may not.
 */
export function requireRegistrationAccess(
  deps: RegistrationAccessDeps,
  token: string | undefined,
): string | undefined {
  requireRegistrations(deps);
  const { registration, initialAccessTokens } = deps;
  if (registration === 'open' && (token === undefined || !hasMintedPrefix(token))) return undefined;
  if (token === undefined) {
    throw new OAuthError('invalid_token', 'registration needs an initial access token');
  }
  const digest = sha256(token);
  const matches = initialAccessTokens.map((known) => isSameText(known, digest));
  if (matches.includes(true)) return undefined;
  const minted = mintedTokenDigest(token);
  if (minted === undefined) throw unknownToken();
  return minted;
}

/**
 * A client that is told to come back does so; one that is refused may give up for good.
 *
 * @throws {OAuthError} `access_denied` where nobody may register or change a registration,
 * `temporarily_unavailable` while that is closed.
 */
export function requireRegistrations({
  registration,
  registrationClosed,
}: Pick<RegistrationAccessDeps, 'registration' | 'registrationClosed'>): void {
  if (registration === 'off') {
    throw new OAuthError('access_denied', 'this server takes no registrations', { status: 403 });
  }
  if (!registrationClosed()) return;
  throw new OAuthError('temporarily_unavailable', 'registration is closed for the moment', {
    isPlanned: true,
    retryAfterSeconds: CLOSED_RETRY_SECONDS,
  });
}

/** One answer for a token that never was, has ended, was revoked or is used up. */
export function unknownToken(): OAuthError {
  return new OAuthError('invalid_token', 'the initial access token is not known');
}
