/**
 * What an authorization request asks for, held against the policy of this moment.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1
 * @module
 */
import type { Logger } from '../operations/logger.ts';
import { supportedScopes, type ScopePolicy } from '../policy/scope-policy.ts';
import type { AuthorizationRequest } from '../protocol/authorization-request.ts';
import { OAuthError } from '../protocol/errors.ts';
import { findResource } from '../protocol/resource.ts';
import { formatScope, scopesBeyond, type Scope } from '../protocol/scope.ts';
import type { Client } from './resolve-client.ts';
import { whyRefused } from './why-refused.ts';

export interface AskedDeps {
  readonly scopePolicy: ScopePolicy;
  /** The configured spellings of the APIs that tokens can be for. */
  readonly resources: () => readonly string[];
  readonly logger: Logger;
}

/** A request that was found good, and what it asks for. */
export interface CheckedRequest {
  readonly request: AuthorizationRequest;
  readonly scope: readonly Scope[];
  /** Spelled as the configuration spells them; at least one. */
  readonly resources: readonly string[];
}

/**
 * Checks all that can be checked before the person is bothered: where the request is pushed, and again
 * where it begins, for the policy may have changed in between.
 *
 * @param request - As it was read, or what was wrong with it.
 * @throws {OAuthError} With the code that the authorization response should carry.
 */
export function checkRequest(
  deps: AskedDeps,
  client: Client,
  request: AuthorizationRequest | OAuthError,
): CheckedRequest {
  if (request instanceof OAuthError) throw request;
  return {
    request,
    scope: askedScope(deps, request, client),
    resources: askedResources(deps, request),
  };
}

/**
 * The scopes asked for, all of them within the ceiling of this moment.
 *
 * @throws {OAuthError} `invalid_scope`.
 */
function askedScope(
  { logger, scopePolicy }: Pick<AskedDeps, 'logger' | 'scopePolicy'>,
  request: AuthorizationRequest,
  client: Client,
): readonly Scope[] {
  const { client_id } = client;
  const wanted = request.scope ?? client.implicit;
  const asked = supportedScopes(scopePolicy, wanted, client.ceiling);
  const scopes = scopesBeyond(wanted, asked);
  if (scopes.length > 0) logger.debug('unsupported scopes left out', { client_id, scopes });
  const beyond = scopesBeyond(asked.length > 0 ? asked : wanted, client.ceiling);
  if (beyond.length === 0 && asked.length > 0) return asked;
  // Where nothing is left of what the client ever asked for, that is what has to be explained.
  const own = client.requested ?? client.licence?.scopes ?? [];
  const inQuestion = beyond.length > 0 ? beyond : scopesBeyond(own, client.ceiling);
  logger.debug('scope beyond what the client registered', {
    client_id,
    beyond,
    registered: formatScope(client.ceiling),
    explained: whyRefused(scopePolicy, client, inQuestion),
  });
  throw new OAuthError('invalid_scope', 'scope contains a value that this client cannot ask for');
}

/**
 * The APIs asked for, in the order of the request, every one of this server. Without `resource`, the
 * only one there is; with several, a guess would make a token for the wrong API.
 *
 * @throws {OAuthError} `invalid_target`.
 */
function askedResources(
  { resources }: Pick<AskedDeps, 'resources'>,
  request: Pick<AuthorizationRequest, 'resources'>,
): readonly string[] {
  const known = resources();
  const named = request.resources.map((resource) => findResource(resource, known));
  const asked = named.length === 0 && known.length === 1 ? known : named;
  const found = asked.filter((resource) => resource !== undefined);
  // Two spellings of one API are one.
  if (found.length > 0 && found.length === asked.length) return [...new Set(found)];
  throw new OAuthError('invalid_target', 'resource is missing or not one of this server');
}
