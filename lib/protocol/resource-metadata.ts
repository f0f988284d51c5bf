/**
 * Protected resource metadata: which server gives tokens for an API, and which scopes it knows.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-2
 * @module
 */
import type { Scope } from './scope.ts';

/** What is published about a resource (RFC 9728 §2). */
export interface ResourceMetadata {
  readonly resource: string;
  readonly authorization_servers: readonly [string];
  readonly scopes_supported: readonly Scope[];
  readonly bearer_methods_supported: readonly ['header'];
}

/**
 * Builds the document. `offline_access` is never in it: it is a wish of the client towards the
 * authorization server, not a right at an API.
 */
export function resourceMetadata(
  resource: string,
  issuer: string,
  scopes: readonly Scope[],
): ResourceMetadata {
  return {
    resource,
    authorization_servers: [issuer],
    scopes_supported: scopes.filter((scope) => scope !== 'offline_access'),
    bearer_methods_supported: ['header'],
  };
}
