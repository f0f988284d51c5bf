/**
 * The address of the login page for one pending authorization, where identity providers are the login.
 *
 * @module
 */
import type { PendingHandle } from '../services/begin-pending.ts';
import { browserPath, type EndpointPaths } from './paths.ts';

export interface LoginLocation {
  readonly issuer: string;
  readonly paths: Pick<EndpointPaths, 'login'>;
}

export interface LoginUrlOptions {
  /** The name of the login, when it is known. */
  readonly provider?: string;
  /** Whether the person wants to be somebody else than the provider takes them for. */
  readonly isSwitching?: boolean;
}

/** A path on our origin; `parseConsentQuery` reads whose it is. */
export function loginUrl(
  { issuer, paths }: LoginLocation,
  { client_id, grant_id }: PendingHandle,
  { provider, isSwitching = false }: LoginUrlOptions = {},
): string {
  const query = new URLSearchParams({ client_id, request: grant_id });
  if (provider !== undefined) query.set('provider', provider);
  if (isSwitching) query.set('switch', '1');
  return `${browserPath(issuer, paths.login)}?${query.toString()}`;
}
