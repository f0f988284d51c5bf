/**
 * Protected resource metadata: which server gives tokens for an API, and which scopes it knows.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-2
 * @module
 */
import { OFFLINE_ACCESS, type Scope } from './scope.ts';

/** What is published about a resource (RFC 9728 §2). */
export interface ResourceMetadata {
  readonly resource: string;
  readonly authorization_servers: readonly [string];
  /** Absent rather than empty (RFC 9728 §3.2). */
  readonly scopes_supported?: readonly Scope[];
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
  const scopes_supported = scopes.filter((scope) => scope !== OFFLINE_ACCESS);
  return {
    resource,
    authorization_servers: [issuer],
    ...(scopes_supported.length > 0 && { scopes_supported }),
    bearer_methods_supported: ['header'],
  };
}
