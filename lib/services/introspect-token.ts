/**
 * Introspection: what there is to say of a token, to whom it concerns.
 *
 * Those are the APIs that the operator names, about tokens that are for them, and a client with
 * something to prove it by, about its own. For all others, and of all other tokens, there is one
 * answer, and it holds nothing.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-2
 * @module
 */
import type { Logger } from '../operations/logger.ts';
import { invalidClient, type ClientCredentials } from '../protocol/client-authentication.ts';
import type { IntrospectionAnswer } from '../protocol/introspection.ts';
import { findResource } from '../protocol/resource.ts';
import { formatScope, intersectScopes, parseScope } from '../protocol/scope.ts';
import type { GrantRecord } from '../storage/store.ts';
import type { AccessTokens, VerifiedAccessToken } from '../tokens/access-token.ts';
import { readAdmitted, type ClientAttempt } from './admitted.ts';
import { hasSecretOf, proveClient, type ProveClientDeps } from './authenticate-client.ts';
import { isTokenOf, namedGrant, readNamed, type FindTokenDeps } from './find-token.ts';
import { findLivingGrant, isAlive, type LivingGrantDeps } from './living-grant.ts';
import { GRACE_MS } from './refresh.ts';
import { resolveClient, type Client } from './resolve-client.ts';

/** An API that may ask about tokens, as the operator named it. */
export interface ResourceServer {
  readonly id: string;
  /** SHA-256 of each secret that is good, base64url. */
  readonly secretDigests: readonly string[];
  /** What it is called as an audience; absent: it speaks for all resources. */
  readonly resources?: readonly string[];
}

export type IntrospectTokenDeps = LivingGrantDeps &
  ProveClientDeps &
  FindTokenDeps & {
    readonly issuer: string;
    readonly grants: LivingGrantDeps['grants'];
    readonly accessTokens: Pick<AccessTokens, 'verify' | 'recognise'>;
    /** By their ids. */
    readonly resourceServers: ReadonlyMap<string, ResourceServer>;
    /** The configured spellings of the APIs that tokens can be for. */
    readonly resources: () => readonly string[];
    /** The store's clock. */
    readonly storeNow: () => number;
    readonly logger: Logger;
  };

const INACTIVE: IntrospectionAnswer = { active: false };

/**
 * @throws {OAuthError} `invalid_client`, also for a public client: it has proven nothing.
 * @throws {StoreUnavailableError} When it cannot be told whether the token is active.
 */
export async function introspectToken(
  deps: IntrospectTokenDeps,
  credentials: ClientCredentials,
  token: string,
  attempt: ClientAttempt,
): Promise<IntrospectionAnswer> {
  const resourceServer = deps.resourceServers.get(credentials.client_id);
  if (!resourceServer) return introspectOwn(deps, credentials, token, attempt);
  if (!hasSecretOf(resourceServer.secretDigests, credentials.secrets)) {
    // Only who is wrong is counted: an API asks as often as it is called.
    await attempt.admit();
    throw invalidClient('secret of a resource server wrong or missing');
  }
  return introspectForApi(deps, resourceServer, token);
}

async function introspectForApi(
  deps: IntrospectTokenDeps,
  { id, resources }: ResourceServer,
  token: string,
): Promise<IntrospectionAnswer> {
  const own = deps.resources().filter((one) => !resources || findResource(one, resources));
  const verified = await deps.accessTokens.verify(token, own);
  const isActive = verified && (await findLivingGrant(deps, verified, 'subject')) !== undefined;
  deps.logger.debug('token introspected', { resource_server: id, active: isActive === true });
  return isActive ? accessTokenAnswer(verified) : INACTIVE;
}

async function introspectOwn(
  deps: IntrospectTokenDeps,
  credentials: ClientCredentials,
  token: string,
  { admit, network, audiences }: ClientAttempt,
): Promise<IntrospectionAnswer> {
  const named = namedGrant(token);
  const [known, grant] = await readAdmitted(admit, () =>
    Promise.all([resolveClient(deps, credentials.client_id, { network }), readNamed(deps, named)]),
  );
  const client = await proveClient(deps, known, credentials, { audiences, network });
  const { client_id, confidential } = client;
  if (!confidential) throw invalidClient('public, and has proven nothing', client_id);
  const isOwn = named && grant?.client_id === client_id && (await isTokenOf(deps, named, grant));
  const answer = !isOwn
    ? undefined
    : named.kind === 'refresh_token'
      ? refreshTokenAnswer(deps, client, grant, named.presented.generation)
      : await ownAccessTokenAnswer(deps, token);
  const isActive = answer && grant && (await isAlive(deps, client, grant));
  deps.logger.debug('token introspected', { client_id, active: isActive === true });
  return isActive ? answer : INACTIVE;
}

async function ownAccessTokenAnswer(
  { accessTokens, resources }: IntrospectTokenDeps,
  token: string,
): Promise<IntrospectionAnswer | undefined> {
  const verified = await accessTokens.verify(token, resources());
  return verified && accessTokenAnswer(verified);
}

function accessTokenAnswer({ claims, ...token }: VerifiedAccessToken): IntrospectionAnswer {
  const { jti = '', auth_time } = claims;
  return {
    active: true,
    scope: formatScope(token.scope),
    client_id: token.clientId,
    token_type: 'Bearer',
    exp: token.expiresAt,
    iat: token.issuedAt,
    sub: token.subject,
    aud: token.resource,
    iss: claims.iss ?? '',
    jti,
    ...(typeof auth_time === 'number' && { auth_time }),
  };
}

/** Active is what a refresh would take: the current one, and the one before for a moment. */
function refreshTokenAnswer(
  { issuer, storeNow }: IntrospectTokenDeps,
  client: Client,
  grant: GrantRecord,
  generation: number,
): IntrospectionAnswer | undefined {
  const { rotated_at = 0, redeemed_at = 0, previous_ends_at = 0 } = grant;
  const graceEndsAt = Math.min(rotated_at + GRACE_MS, previous_ends_at);
  const isInGrace = generation === grant.generation - 1 && storeNow() < graceEndsAt;
  const scope = intersectScopes(parseScope(grant.granted) ?? [], client.ceiling);
  if ((generation < grant.generation && !isInGrace) || scope.length === 0) return undefined;
  return {
    active: true,
    scope: formatScope(scope),
    client_id: grant.client_id,
    exp: Math.floor(Math.min(grant.expires_at, grant.ends_at) / 1000),
    iat: Math.floor(Math.max(rotated_at, redeemed_at) / 1000),
    sub: grant.subject,
    iss: issuer,
  };
}
