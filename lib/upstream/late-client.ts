/**
 * The part of a login that talks to the provider, and that needs a library for it: made when it is
 * first used, for most servers start more often than they ask a provider, and many have none.
 *
 * @module
 */
import type { UpstreamLogin } from './port.ts';

/** What a login does at its provider. */
export type ProviderClient = Pick<UpstreamLogin, 'begin' | 'complete' | 'refresh' | 'revoke'>;

/** A client that is not there before something is asked of it, and once from then on. */
export function createLateClient(load: () => Promise<ProviderClient>): ProviderClient {
  let client: Promise<ProviderClient> | undefined;
  const loaded = async (): Promise<ProviderClient> => {
    client ??= load();
    return client;
  };
  return {
    begin: async (request) => (await loaded()).begin(request),
    complete: async (answer) => (await loaded()).complete(answer),
    refresh: async (tokens) => (await loaded()).refresh(tokens),
    revoke: async (tokens) => (await loaded()).revoke(tokens),
  };
}
