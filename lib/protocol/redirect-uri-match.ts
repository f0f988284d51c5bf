/**
 * Redirect URIs: whether the one of a request is one that was registered.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-2.1
 * @module
 */
import { isSameLoopbackUri } from './loopback.ts';

/**
 * Compared byte for byte (RFC 9700 §2.1); for an http loopback URI of a public client the port is
 * left out, the case of the host does not matter and an empty path equals `/` (RFC 8252 §7.3).
 */
export function matchesRegisteredRedirectUri(
  requested: string,
  registered: readonly string[],
  { confidential }: { readonly confidential: boolean },
): boolean {
  if (registered.includes(requested)) return true;
  return !confidential && registered.some((uri) => isSameLoopbackUri(uri, requested));
}
