/**
 * What follows from being an OpenID provider, which this server is where `openid` is among its scopes.
 *
 * @module
 */
import { endpointUrl } from './http/paths.ts';
import type { Settings } from './options/settings.ts';
import type { ScopePolicy } from './policy/scope-policy.ts';
import type { OpenidInput } from './protocol/server-metadata.ts';
import { claimNames, OPENID } from './protocol/standard-claims.ts';
import { ID_TOKEN_CLAIMS } from './tokens/id-token.ts';
import { GENERATED_ALGORITHM, type SigningAlgorithm } from './tokens/signing-keys.ts';

export interface Openid extends OpenidInput {
  /** What new ID tokens are signed with; the first of those that are published. */
  readonly algorithm: SigningAlgorithm;
}

/** @returns `undefined` where nobody can be granted `openid`. */
export function openidOf(
  { issuer, paths, signingKeys = [] }: Pick<Settings, 'issuer' | 'paths' | 'signingKeys'>,
  { supported }: Pick<ScopePolicy, 'supported'>,
): Openid | undefined {
  if (!supported.includes(OPENID)) return undefined;
  // Keys of several algorithms follow one another: while instances are replaced, each may sign.
  const [algorithm = GENERATED_ALGORITHM, ...others] = signingKeys.map(({ alg }) => alg);
  return {
    userinfo: endpointUrl(issuer, paths.userinfo),
    algorithm,
    algorithms: [...new Set([algorithm, ...others])],
    claims: [...ID_TOKEN_CLAIMS, ...claimNames(supported)],
  };
}
