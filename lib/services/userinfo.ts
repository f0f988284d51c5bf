/**
 * Telling a client about the person, as far as the person has let it.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#UserInfo
 * @module
 */
import { OAuthError } from '../protocol/errors.ts';
import { OPENID, standardClaims, type StandardClaims } from '../protocol/standard-claims.ts';
import type { Envelopes } from '../tokens/envelope.ts';
import { readAdmitted, type ClientAttempt } from './admitted.ts';
import { openClaims } from './grant-claims.ts';
import { findLivingGrant } from './living-grant.ts';
import { verifyAccessToken, type VerifyAccessTokenDeps } from './verify-access-token.ts';

/** As for a token that never was one. */
const INVALID = 'the access token is missing, expired or not valid here';

export interface UserinfoDeps extends VerifyAccessTokenDeps {
  readonly envelopes: Pick<Envelopes, 'open'>;
  /** The configured spellings of the APIs that tokens can be for. */
  readonly resources: () => readonly string[];
}

/** What is told: at least who it is, as the ID token says it. */
export type Userinfo = StandardClaims & { readonly sub: string };

/**
 * A token for any API of this server will do, for OpenID clients know nothing of resources; what it
 * opens here is what its client was granted. One that is none costs the store nothing.
 *
 * @param token - `undefined` when there is none.
 * @throws {OAuthError} `invalid_token`; `insufficient_scope` for a token without `openid`.
 */
export async function userinfo(
  deps: UserinfoDeps,
  token: string | undefined,
  { admit, network }: Pick<ClientAttempt, 'admit' | 'network'>,
): Promise<Userinfo> {
  const verified = await verifyAccessToken(deps, token, deps.resources());
  const { clientId: client_id, subject, scope } = verified;
  if (!scope.includes(OPENID)) {
    const detail = { client_id };
    throw new OAuthError('insufficient_scope', 'the access token lacks the scope openid', {
      detail,
    });
  }
  // What was revoked is over at once, though the signature is good until the end of the token.
  const grant = await readAdmitted(admit, () => findLivingGrant(deps, verified, { network }));
  if (!grant) {
    throw new OAuthError('invalid_token', INVALID, { detail: { client_id, why: 'grant is over' } });
  }
  const { claims } = openClaims(deps.envelopes, grant);
  return { sub: subject, ...standardClaims(claims, scope) };
}
