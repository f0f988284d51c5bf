/**
 * What a client may ask for, and why.
 *
 * @module
 */
import { explainScopes } from '../policy/explain.ts';
import type { ScopeExplanation } from '../policy/scope-reasons.ts';
import { clientView, decidedView, type ClientView, type ClientViewDeps } from './client-view.ts';
import { withKeptHook, type KeptHookDeps } from './kept-hook.ts';
import { lookUpClient, type ResolveClientDeps } from './resolve-client.ts';

export type ExplainClientDeps = ClientViewDeps &
  KeptHookDeps &
  Pick<
    ResolveClientDeps,
    'clients' | 'clientStates' | 'clientSources' | 'scopePolicy' | 'storeNow'
  >;

/** A client, and whether it may ask for each scope. */
export interface ClientExplanation {
  readonly client: ClientView;
  readonly scopes: readonly ScopeExplanation[];
}

/**
 * @param client_id - Of any client: one that registered, one of the configuration, or the address of a
 * document, which is fetched for it.
 * @param scopes - Any texts. Absent: every scope there is, and those of the client.
 * @returns `undefined` when there is no such client.
 * @throws {OAuthError} `invalid_client` with what is wrong with a document, or
 * `temporarily_unavailable`.
 */
export async function explainClient(
  deps: ExplainClientDeps,
  client_id: string,
  scopes?: readonly string[],
): Promise<ClientExplanation | undefined> {
  const found = await lookUpClient(deps, client_id);
  if (!found) return undefined;
  const client = withKeptHook(deps, found);
  return {
    client: await decidedView(deps, clientView(deps, client)),
    scopes: explainScopes(deps.scopePolicy, client, scopes),
  };
}
