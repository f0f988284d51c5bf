/**
 * What a store says about its own health: named conditions, as Kubernetes has them.
 *
 * @module
 */
import type { DiagnosticCode } from '../diagnostics/codes.ts';

/** - `warn`: it works, and an operator should know. - `fail`: no traffic should come here. */
export type ConditionStatus = 'ok' | 'warn' | 'fail';

/** One thing that is as it should be, or is not. Nothing secret and nothing of a stranger is in it. */
export interface Condition {
  /** What it is about: `store`, `clock`, `keys`... One condition of each name. */
  readonly name: string;
  readonly status: ConditionStatus;
  /** Why, in a fixed word for programs. */
  readonly reason: string;
  /** The same for people. */
  readonly message: string;
  /** Told by `health()` of each that is not `ok`; docs/errors.md has an entry for each code. */
  readonly code?: DiagnosticCode;
}

/** How a store is. */
export interface StoreHealth {
  readonly conditions: readonly Condition[];
  /** What the clocks of its servers said when they were asked, in milliseconds since the epoch. */
  readonly times: readonly number[];
}
