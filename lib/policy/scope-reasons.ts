/**
 * The reasons for which a client may ask for a scope or may not, in words, and what would help.
 *
 * @module
 */
import { NOT_A_SCOPE, type Scope } from '../protocol/scope.ts';
import type { BaselineMatch } from './baseline-rules.ts';

/**
 * Why it may:
 * - `requested`: it registered with the scope, or its metadata document names it.
 * - `default`: it asked for nothing, and this is one of the scopes that such a client has.
 * - `baseline`: the operator adds it; `rule` says by what.
 * - `ceiling`: clients may ask here for all that they could have registered with.
 * - `configured`: it is a client of the configuration, which names the scope.
 */
export type AllowedCode = 'requested' | 'default' | 'baseline' | 'ceiling' | 'configured';

/**
 * Why it may not:
 * - `malformed`: it is no scope at all (RFC 6749 §3.3).
 * - `not_supported`: there is no such scope here.
 * - `restricted`: nobody can register it without the operator's help.
 * - `not_licensed`: the initial access token that the client registered with leaves it out.
 * - `not_configured`: it is a client of the configuration, which does not name the scope.
 * - `not_requested`: the client asked for others, and no baseline adds this one.
 * - `not_default`: it asked for nothing, and neither the defaults nor a baseline have this one.
 * - `not_reconciled`: the policy of now would allow it, and does not count for this client yet.
 */
export type RefusedCode =
  | 'malformed'
  | 'not_supported'
  | 'restricted'
  | 'not_licensed'
  | 'not_configured'
  | 'not_requested'
  | 'not_default'
  | 'not_reconciled';

/** A rule that holds the scope and is not about the client. */
export interface NearRule {
  readonly rule: string;
  /** The fields of its `match` that do not hold. */
  readonly unmet: readonly (keyof BaselineMatch)[];
}

/** Something that can be done about it. */
export interface ScopeAdvice {
  /** The option by which it is done; absent when it is not for the operator to do. */
  readonly option?: HelpfulOption;
  readonly advice: string;
}

/** The option that would have to be changed. */
export type HelpfulOption =
  | 'scopesSupported'
  | 'unsupportedScopes'
  | 'baselineClientScopes'
  | 'baselineRules'
  | 'defaultClientScopes'
  | 'scopeCeiling'
  | 'clients';

/** Whether a client may ask for a scope, and why. */
export interface ScopeExplanation {
  readonly scope: Scope;
  /** Whether it may ask for it at the authorization endpoint; what is granted, a person decides. */
  readonly allowed: boolean;
  readonly code: AllowedCode | RefusedCode;
  /** The reason as a sentence of ours. */
  readonly reason: string;
  /** The name of the baseline rule that adds it: `global` for the list that is for all clients. */
  readonly rule?: string;
  /** It is left out of what is asked for, and the rest goes on; else the whole request is refused. */
  readonly leftOut?: true;
  /** A supported scope that is written nearly the same. */
  readonly nearest?: Scope;
  /** Rules that would add it, the nearest first. */
  readonly nearRules?: readonly NearRule[];
  /** What would help, the most likely first; for what is refused. */
  readonly help?: readonly ScopeAdvice[];
}

export const REFUSED_REASONS: Readonly<Record<RefusedCode, string>> = {
  malformed: NOT_A_SCOPE,
  not_supported: 'it is not among the supported scopes',
  restricted: 'it is restricted: nobody can register it without the help of the operator',
  not_licensed: 'the initial access token that the client registered with does not allow it',
  not_configured: 'the configuration of the client does not name it',
  not_requested: 'the client asked for other scopes, and the baseline does not add it',
  not_default: 'the client asked for no scope, and it is neither a default nor in the baseline',
  not_reconciled: 'the policy allows it, but what the client was told before is what counts here',
};

const LEAVE_OUT: ScopeAdvice = {
  option: 'unsupportedScopes',
  advice: "with 'drop' it is left out of what clients ask for, and they go on with the rest",
};

const BASELINE: readonly ScopeAdvice[] = [
  { option: 'baselineClientScopes', advice: 'add it, if every client may ask people for it' },
  { option: 'baselineRules', advice: 'add it by a rule that is about this client' },
];

const CEILING: ScopeAdvice = {
  option: 'scopeCeiling',
  advice: "with 'supported' each client may ask for every scope that is not restricted",
};

const ASK: ScopeAdvice = {
  advice: 'the client could name it in the scope of its registration, or of its document',
};

const HELP: Readonly<Record<RefusedCode, readonly ScopeAdvice[]>> = {
  malformed: [],
  not_supported: [
    { option: 'scopesSupported', advice: 'add it, if it is a scope of your app' },
    LEAVE_OUT,
  ],
  restricted: [
    { option: 'clients', advice: 'set this client up yourself, with the scope' },
    { advice: 'let the client register with an initial access token that names the scope' },
    LEAVE_OUT,
  ],
  not_licensed: [
    { advice: 'let the client register anew, with an initial access token that names the scope' },
    ...BASELINE,
  ],
  not_configured: [{ option: 'clients', advice: 'add it to the scope of this client' }],
  not_requested: [...BASELINE, ASK, CEILING],
  not_default: [
    ...BASELINE,
    { option: 'defaultClientScopes', advice: 'add it, for clients that ask for no scope' },
    CEILING,
  ],
  not_reconciled: [{ advice: 'the command reconcile makes the policy count for all clients' }],
};

/** What would help against a refusal. */
export function adviceFor(
  code: RefusedCode,
  { unsupported, nearRules }: { unsupported: 'reject' | 'drop'; nearRules: readonly NearRule[] },
): readonly ScopeAdvice[] {
  const near = nearRules.map(({ rule, unmet }): ScopeAdvice => ({
    option: 'baselineRules',
    advice: `rule "${rule}" would add it, but for ${unmet.join(' and ')}`,
  }));
  const known = HELP[code].filter((one) => one !== LEAVE_OUT || unsupported === 'reject');
  return [...near, ...known];
}
