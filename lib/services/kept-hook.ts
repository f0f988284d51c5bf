/**
 * A client, for who cannot run the baseline function: what that added before is taken to be
 * what it would add now.
 *
 * @module
 */
import { withNotedHook } from '../policy/reconcile.ts';
import type { ScopePolicy } from '../policy/scope-policy.ts';
import { uniqueScopes } from '../protocol/scope.ts';
import type { withPolicy } from './resolve-client.ts';

type ClientByPolicy = ReturnType<typeof withPolicy>;

export interface KeptHookDeps {
  readonly scopePolicy: ScopePolicy;
  /** Absent where the policy has the function, or there is none. */
  readonly keepsHook?: true;
}

export function withKeptHook(
  { scopePolicy, keepsHook }: KeptHookDeps,
  client: ClientByPolicy,
): ClientByPolicy {
  if (!keepsHook || !client.record) return client;
  const { scopes: noted } = client.record.registered;
  const registered = withNotedHook(scopePolicy, client.registered, noted);
  const scopes = registered.map(({ scope }) => scope);
  return { ...client, registered, ceiling: uniqueScopes([...scopes, ...client.ceiling]) };
}
