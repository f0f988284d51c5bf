/**
 * Tokens of a provider: kept, renewed and given back.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 * @see https://www.rfc-editor.org/rfc/rfc7009
 * @module
 */
import {
  ClientError,
  refreshTokenGrant,
  ResponseBodyError,
  tokenRevocation,
  type Configuration,
  type TokenEndpointResponse,
} from 'openid-client';
import { failureOf } from './failures.ts';
import { UpstreamRefusedError, type UpstreamTokens } from './port.ts';

/** What a token may consist of (RFC 6749 §A.12); anything else cannot stand in a header. */
const TOKEN = /^[\x20-\x7E]+$/;

/** A token that is dead already needs no revoking; not all endpoints see it as RFC 7009 §2.2 does. */
const GONE_ALREADY: readonly string[] = ['invalid_token', 'unsupported_token_type'];

/**
 * The tokens of an answer of the token endpoint.
 *
 * @param now - Milliseconds since the epoch.
 * @throws {UpstreamRefusedError} For a token that cannot be used.
 */
export function tokensOf(response: TokenEndpointResponse, now: number): UpstreamTokens {
  const { access_token, token_type, refresh_token, expires_in, scope, id_token } = response;
  if (!TOKEN.test(access_token) || token_type !== 'bearer') {
    throw new UpstreamRefusedError(
      'server_error',
      'the provider gave a token that is no bearer token',
    );
  }
  const expires_at = endOf(expires_in, now);
  return {
    access_token,
    token_type,
    ...(refresh_token !== undefined && { refresh_token }),
    ...(expires_at !== undefined && { expires_at }),
    ...(scope !== undefined && { scope }),
    ...(id_token !== undefined && { id_token }),
  };
}

/** A number that is no time is none: kept as JSON it would come back as an end that is over. */
function endOf(expiresIn: number | undefined, now: number): number | undefined {
  const end = expiresIn === undefined ? undefined : Math.floor(now + expiresIn * 1000);
  return Number.isSafeInteger(end) ? end : undefined;
}

/**
 * New tokens for old ones. What the answer leaves out stays as it was, but for the end of the old
 * access token.
 *
 * @param now - Tells milliseconds since the epoch.
 * @throws {UpstreamRefusedError} `invalid_grant` when the person has to log in again.
 * @throws {UpstreamUnavailableError}
 */
export async function refreshedTokens(
  config: Configuration,
  { refresh_token, scope, id_token }: UpstreamTokens,
  now: () => number,
): Promise<UpstreamTokens> {
  if (refresh_token === undefined) {
    throw new UpstreamRefusedError('invalid_grant', 'the provider gave no refresh token');
  }
  try {
    const response = await refreshTokenGrant(config, refresh_token);
    requireSameSub(id_token, response.claims()?.sub);
    const kept = {
      refresh_token,
      ...(scope !== undefined && { scope }),
      ...(id_token !== undefined && { id_token }),
    };
    return { ...kept, ...tokensOf(response, now()) };
  } catch (error) {
    throw failureOf(error, 'refresh');
  }
}

/**
 * Revokes both tokens, the refresh token first.
 *
 * @returns Whether there is an endpoint for it.
 * @throws {UpstreamRefusedError} When the provider does not do it for this client.
 * @throws {UpstreamUnavailableError}
 */
export async function revokeTokens(
  config: Configuration,
  { refresh_token, access_token }: UpstreamTokens,
): Promise<boolean> {
  if (!config.serverMetadata().revocation_endpoint) return false;
  const failures: unknown[] = [];
  for (const [token_type_hint, token] of Object.entries({ refresh_token, access_token })) {
    try {
      // One that is refused says nothing about the other.
      if (token !== undefined) await tokenRevocation(config, token, { token_type_hint });
    } catch (error) {
      if (!isDone(error)) failures.push(error);
    }
  }
  if (failures.length > 0) throw failureOf(failures[0], 'revocation');
  return true;
}

function isDone(error: unknown): boolean {
  if (error instanceof ResponseBodyError) return GONE_ALREADY.includes(error.error);
  // openid-client takes 200 alone; some endpoints say 204.
  return error instanceof ClientError && error.cause instanceof Response && error.cause.ok;
}

/** OpenID Connect Core §12.2: the ID token of a refresh is about the same person. */
function requireSameSub(idToken: string | undefined, sub: string | undefined): void {
  if (sub === undefined || idToken === undefined || subOf(idToken) === sub) return;
  throw new UpstreamRefusedError('invalid_grant', 'the new tokens are those of somebody else');
}

/** Of an ID token that was checked when it came. */
function subOf(idToken: string): unknown {
  const payload = Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(payload) as { sub?: unknown }).sub;
}
