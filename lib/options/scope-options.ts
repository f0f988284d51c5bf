/**
 * The options about scopes: which there are, and who may ask for them.
 *
 * @module
 */
import type { BaselineRule } from '../policy/baseline-rules.ts';
import type { Scope } from '../protocol/scope.ts';
import type { BaselineFunction } from '../services/baseline-function.ts';

/** What a host decides about scopes. */
export interface ScopeOptions {
  /**
   * Every scope there is.
   * @default ['openid', 'profile', 'email', 'offline_access']
   */
  readonly scopesSupported?: readonly Scope[];
  /**
   * Scopes that every registered client may ask for, whatever it registered with. At most 10, each of
   * them supported. They widen what may be asked for, never what is granted.
   * @default []
   */
  readonly baselineClientScopes?: readonly Scope[];
  /**
   * Scopes that some clients may ask for beside those: at most 50 rules, each with a name of its own,
   * what a client must be for it to hold, and scopes under the same conditions.
   * @default []
   */
  readonly baselineRules?: readonly BaselineRule[];
  /**
   * Names more of them for a client, when a rule cannot say it: asked each time the client is read, so
   * it must be fast, and cannot wait. What is not allowed in a rule adds nothing, and is an error in
   * the log.
   * @default none
   */
  readonly baseline?: BaselineFunction;
  /**
   * What a client gets that asks for nothing at registration.
   * @default the supported scopes that are not restricted
   */
  readonly defaultClientScopes?: readonly Scope[];
  /**
   * Scopes that open registration can never have: exact names, or a prefix followed by `*`.
   * @default []
   */
  readonly restrictedScopes?: readonly string[];
  /**
   * What becomes of scopes that nobody can register: refused, or left out.
   * @default 'reject'
   */
  readonly unsupportedScopes?: 'reject' | 'drop';
  /**
   * What a client may ask for at the authorization endpoint: what it registered and the baseline, or
   * every supported scope that is not restricted.
   * @default 'registered'
   */
  readonly scopeCeiling?: 'registered' | 'supported';
  /**
   * Whether a changed policy reaches the clients that registered before. When it does not, they keep the
   * scopes that they were answered, as far as these can still be registered, until the command
   * `reconcile` applies the policy to them.
   * @default 'on'
   */
  readonly reconcile?: 'on' | 'off';
}
