/**
 * From a token that somebody presents to the grant that it belongs to.
 *
 * @module
 */
import type { GrantRecord, GrantStore } from '../storage/store.ts';
import { grantNamedBy, type AccessTokens } from '../tokens/access-token.ts';
import {
  parseRefreshToken,
  type GrantCredentials,
  type PresentedRefreshToken,
} from '../tokens/grant-credentials.ts';
import type { SigningKeys } from '../tokens/signing-keys.ts';
import { requireOwnSecret } from './own-secret.ts';

export interface FindTokenDeps {
  readonly accessTokens: Pick<AccessTokens, 'recognise'>;
  readonly grants: Pick<GrantStore, 'find'>;
  readonly credentials: Pick<GrantCredentials, 'isRefreshTokenOf'>;
  readonly signingKeys: Pick<SigningKeys, 'current'>;
}

/** What a token says of itself; nothing of it is proven before its grant is read. */
export type NamedGrant =
  | { readonly kind: 'refresh_token'; readonly presented: PresentedRefreshToken }
  | { readonly kind: 'access_token'; readonly grantId: string; readonly token: string };

/**
 * The grant that a token names; `undefined` for what cannot be a token of ours. No signature is looked
 * at: who may not ask shall not cost one.
 */
export function namedGrant(token: string): NamedGrant | undefined {
  const presented = parseRefreshToken(token);
  if (presented) return { kind: 'refresh_token', presented };
  const grantId = grantNamedBy(token);
  return grantId === undefined ? undefined : { kind: 'access_token', grantId, token };
}

/** The record of a grant that is named, if it is alive; nothing about the token is proven yet. */
export function readNamed(
  { grants }: Pick<FindTokenDeps, 'grants'>,
  named: NamedGrant | undefined,
): Promise<GrantRecord | undefined> {
  if (!named) return Promise.resolve(undefined);
  return grants.find(named.kind === 'access_token' ? named.grantId : named.presented.grantId);
}

/**
 * Whether the token was made for this grant: a refresh token of whatever generation, an access token
 * of whatever age.
 *
 * @throws {StoreUnavailableError} When our secret is not the one that our tokens are made with, or the
 * signing keys are not known.
 */
export async function isTokenOf(
  {
    accessTokens,
    credentials,
    signingKeys,
  }: Pick<FindTokenDeps, 'accessTokens' | 'credentials' | 'signingKeys'>,
  named: NamedGrant,
  grant: GrantRecord,
): Promise<boolean> {
  if (named.kind === 'access_token') {
    const { clientId, grantId } = (await accessTokens.recognise(named.token)) ?? {};
    return grantId === grant.grant_id && clientId === grant.client_id;
  }
  if (credentials.isRefreshTokenOf(grant, named.presented)) return true;
  await requireOwnSecret(signingKeys);
  return false;
}
