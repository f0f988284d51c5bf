/**
 * Baseline scopes: what every registered client may ask for, whatever it registered with.
 *
 * Clients register with a narrow `scope` and later ask for more at the authorization endpoint. RFC 7591
 * §3.2.1 lets a server replace the metadata values that were requested: this file is our use of it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1
 * @module
 */
import type { RegisteredScope, Scope, ScopeOrigin } from '../protocol/scope.ts';

/** The name of the rule behind the list that holds for every client. */
export const GLOBAL_RULE = 'global';

/**
 * Joins what a client brings with the baseline: its own first, in its order, each once. A scope in
 * both keeps the client's origin, for the baseline changed nothing about it.
 *
 * @param own - Scopes the client asked for, or the defaults of a client that asked for nothing.
 * @param origin - Which of the two it was.
 * @param baseline - The operator's baseline.
 */
export function unionWithBaseline(
  own: readonly Scope[],
  origin: ScopeOrigin,
  baseline: readonly Scope[],
): RegisteredScope[] {
  const origins = new Map<Scope, ScopeOrigin>(own.map((scope) => [scope, origin]));
  for (const scope of baseline) {
    if (!origins.has(scope)) origins.set(scope, { baseline: GLOBAL_RULE });
  }
  return Array.from(origins, ([scope, from]) => ({ scope, origin: from }));
}

/** The scopes that the baseline added; empty when the client asked for all of them itself. */
export function addedByBaseline(registered: readonly RegisteredScope[]): Scope[] {
  return registered.filter(({ origin }) => typeof origin === 'object').map(({ scope }) => scope);
}
