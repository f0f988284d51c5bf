/**
 * Baseline scopes: what a client may ask for, whatever it registered with.
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

/** The name of the rule behind what the baseline function adds. */
export const HOOK_RULE = 'hook';

/** One scope that the operator adds, and the name of the rule that it comes from. */
export interface BaselineScope {
  readonly scope: Scope;
  readonly rule: string;
}

/** Scopes under the name of one rule. */
export function underRule(rule: string, scopes: readonly Scope[]): BaselineScope[] {
  return scopes.map((scope) => ({ scope, rule }));
}

/**
 * Joins what a client brings with the baseline: its own first, in its order, each once. A scope in
 * both keeps the client's origin, for the baseline changed nothing about it; one that several rules
 * add comes from the first.
 *
 * @param own - Scopes the client asked for, or the defaults of a client that asked for nothing.
 * @param origin - Which of the two it was.
 * @param baseline - What the operator adds for this client.
 */
export function unionWithBaseline(
  own: readonly Scope[],
  origin: ScopeOrigin,
  baseline: readonly BaselineScope[],
): RegisteredScope[] {
  const origins = new Map<Scope, ScopeOrigin>(own.map((scope) => [scope, origin]));
  for (const { scope, rule } of baseline) {
    if (!origins.has(scope)) origins.set(scope, { baseline: rule });
  }
  return Array.from(origins, ([scope, from]) => ({ scope, origin: from }));
}

/** What the baseline added; empty when the client asked for all of it itself. */
export function addedByBaseline(registered: readonly RegisteredScope[]): BaselineScope[] {
  return registered.flatMap(({ scope, origin }) =>
    typeof origin === 'object' ? [{ scope, rule: origin.baseline }] : [],
  );
}

/** What a client brought itself, asked for or by default. */
export function broughtByClient(registered: readonly RegisteredScope[]): Scope[] {
  return registered.flatMap(({ scope, origin }) => (typeof origin === 'object' ? [] : [scope]));
}
