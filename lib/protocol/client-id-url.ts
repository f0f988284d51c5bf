/**
 * Client identifiers that are the address of a document about the client.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document-02#section-3
 * @module
 */
import { parseUrl } from './parse-url.ts';

/** Short is recommended; it is kept with every grant, and shown to people. */
const MAX_LENGTH = 1024;

/** A scheme in lower case, a host, a path with something in it; neither query nor fragment. */
const SHAPE = /^https:\/\/[^/?#@\\\s]+\/[^?#\\\s]+$/;

/**
 * Whether a `client_id` is the address of a metadata document.
 *
 * It has to be written as a URL parser writes it, so that dot segments, a default port, upper case in
 * the host and the like are refused and nothing ever needs to be normalized: ids are compared as the
 * texts they are. A query SHOULD NOT be there and a path of `/` is not recommended; both are refused.
 */
export function isClientIdUrl(client_id: string): boolean {
  if (client_id.length > MAX_LENGTH || !SHAPE.test(client_id)) return false;
  const url = parseUrl(client_id);
  // With a period at its end it is the same host for DNS and certificates, and another for every list of hosts.
  return url?.href === client_id && !url.hostname.endsWith('.');
}
