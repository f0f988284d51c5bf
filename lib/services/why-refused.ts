/**
 * Why scopes are refused, as it stands in the log.
 *
 * @module
 */
import { explainScopes, type ExplainedClient } from '../policy/explain.ts';
import type { ScopePolicy } from '../policy/scope-policy.ts';
import { MAX_EXPLAINED_SCOPES, type Scope } from '../protocol/scope.ts';

/** One scope, and why it is refused. */
export interface WhyRefused {
  readonly scope: Scope;
  readonly code: string;
  readonly reason: string;
  /** A supported scope that is written nearly the same. */
  readonly nearest?: Scope;
  /** What would help, with the option by which it is done. */
  readonly help?: readonly string[];
}

/** Those that the client may not ask for, by the policy of this moment. */
export function whyRefused(
  policy: ScopePolicy,
  client: ExplainedClient,
  scopes: readonly Scope[],
): WhyRefused[] {
  const explained = explainScopes(policy, client, scopes.slice(0, MAX_EXPLAINED_SCOPES));
  return explained.map(({ scope, code, reason, nearest, help = [] }) => ({
    ...{ scope, code, reason },
    ...(nearest !== undefined && { nearest }),
    help: help.map(({ option, advice }) =>
      option === undefined ? advice : `${option}: ${advice}`,
    ),
  }));
}

/** The same for a refresh, which cannot give what the person has not allowed (RFC 6749 §6). */
export function whyNotRefreshed(
  policy: ScopePolicy,
  client: ExplainedClient,
  scopes: readonly Scope[],
): WhyRefused[] {
  return scopes.slice(0, MAX_EXPLAINED_SCOPES).flatMap((scope) =>
    client.ceiling.includes(scope)
      ? {
          scope,
          code: 'not_granted',
          reason:
            'the client may ask people for it, and this person was not asked or did not allow it',
        }
      : whyRefused(policy, client, [scope]),
  );
}
