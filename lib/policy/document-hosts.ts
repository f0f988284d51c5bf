/**
 * Which hosts may tell about clients with a metadata document.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document-02#section-8.9
 * @module
 */
import { isAllowedRedirectHost, isRedirectHostEntry } from './redirect-hosts.ts';

/** By host: exact names, or `*.example.com` for whatever is below a domain. */
export interface DocumentHosts {
  /** Absent: all but those that are denied. */
  readonly allowed?: readonly string[] | undefined;
  /** Counts more than being allowed. */
  readonly denied: readonly string[];
}

/** Whether an entry is one that the host of a document can match. */
export function isDocumentHostEntry(entry: string): boolean {
  return !entry.endsWith(':') && isRedirectHostEntry(entry);
}

/** @param client_id - One that is the address of a document. */
export function isDocumentHostAllowed(
  client_id: string,
  { allowed, denied }: DocumentHosts,
): boolean {
  if (isAllowedRedirectHost(client_id, denied)) return false;
  return allowed === undefined || isAllowedRedirectHost(client_id, allowed);
}
