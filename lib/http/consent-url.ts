/**
 * The address of the consent page for one pending authorization.
 *
 * It names client and request, so that both are read from the store at once. Neither is a secret:
 * the page opens only in the browser that began.
 *
 * @module
 */
import type { PendingHandle } from '../services/begin-pending.ts';
import type { Parameters } from '../protocol/parameters.ts';
import { browserPath, type EndpointPaths } from './paths.ts';

export interface ConsentLocation {
  readonly issuer: string;
  readonly paths: Pick<EndpointPaths, 'consent'>;
}

/** A path on our origin. */
export function consentUrl({ issuer, paths }: ConsentLocation, handle: PendingHandle): string {
  const [client_id, request] = [handle.client_id, handle.grant_id].map(encodeURIComponent);
  return `${browserPath(issuer, paths.consent)}?client_id=${client_id}&request=${request}`;
}

/**
 * The page itself, also where everything was allowed before: for a person who was told to look, who
 * may be somebody else than began.
 */
export function consentPageUrl(location: ConsentLocation, handle: PendingHandle): string {
  return `${consentUrl(location, handle)}&show=page`;
}

/** Whether an address is one of {@link consentPageUrl}. */
export function asksForPage(parameters: Parameters): boolean {
  return parameters.all('show').includes('page');
}

/** The other way round; `undefined` when a part is missing. */
export function parseConsentQuery(parameters: Parameters): PendingHandle | undefined {
  const client_id = parameters.get('client_id');
  const grant_id = parameters.get('request');
  return client_id !== undefined && grant_id !== undefined ? { client_id, grant_id } : undefined;
}
