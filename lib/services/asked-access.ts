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

export interface AskedDeps {
  readonly scopePolicy: ScopePolicy;
  /** The configured spellings of the APIs that tokens can be for. */
  readonly resources: () => readonly string[];
  readonly logger: Logger;
}

/**
 * The scopes asked for, all of them within the ceiling of this moment.
 *
 * @throws {OAuthError} `invalid_scope`.
 */
export function askedScope(
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
  logger.debug('scope beyond what the client registered', {
    client_id,
    beyond,
    registered: formatScope(client.ceiling),
  });
  throw new OAuthError('invalid_scope', 'scope contains a value that this client cannot ask for');
}

/**
 * Without `resource`, the only one there is; with several, a guess would make a token for the wrong API.
 *
 * @throws {OAuthError} `invalid_target`.
 */
export function askedResource(
  { resources }: Pick<AskedDeps, 'resources'>,
  request: AuthorizationRequest,
): string {
  const known = resources();
  const resource =
    request.resource === undefined
      ? known.length === 1
        ? known[0]
        : undefined
      : findResource(request.resource, known);
  if (resource !== undefined) return resource;
  throw new OAuthError('invalid_target', 'resource is missing or not one of this server');
}
