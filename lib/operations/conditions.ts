/**
 * What an instance knows of itself, as conditions.
 *
 * @module
 */
import type { Condition, ConditionStatus } from '../storage/store-health.ts';

/** A token from more than 60 seconds ahead is refused by many, as the FAPI 2.0 Security Profile has it. */
const CLOCK_FAIL_AFTER_MS = 60_000;
const CLOCK_WARN_AFTER_MS = 5_000;

/** @param skewMs - How far apart this instance and the store are, in either direction. */
export function clockCondition(skewMs: number): Condition {
  if (skewMs > CLOCK_FAIL_AFTER_MS) {
    return condition(
      'clock',
      'fail',
      'far-off',
      'The clocks of this instance and of the store are more than 60 seconds apart: its logins, or all tokens, are dated wrongly.',
    );
  }
  return skewMs > CLOCK_WARN_AFTER_MS
    ? condition(
        'clock',
        'warn',
        'skewed',
        'The clocks of this instance and of the store are more than 5 seconds apart.',
      )
    : condition('clock', 'ok', 'in-step', 'The clocks of this instance and of the store agree.');
}

/** Two instances with different lists differ here, which a rolling deployment passes through. */
export function baselineCondition(policy: {
  readonly digest: string;
  readonly baseline: readonly string[];
  readonly rules: readonly { readonly name: string }[];
  readonly hook?: unknown;
  readonly supported: readonly string[];
}): Condition {
  const { digest, baseline, rules, hook, supported } = policy;
  const rest = rules.map(({ name }) => `rule "${name}"`);
  if (hook !== undefined) rest.push('the baseline function');
  const forAll = baseline.length > 0 ? baseline.join(' ') : 'none';
  const widened = rest.length > 0 ? `${forAll} (for some: ${rest.join(', ')})` : forAll;
  return condition(
    'baseline',
    'ok',
    digest,
    `Scope policy ${digest}; baseline: ${widened}; supported: ${supported.join(' ')}.`,
  );
}

export function servingCondition({ isDraining }: { readonly isDraining: boolean }): Condition {
  return isDraining
    ? condition('serving', 'fail', 'draining', 'This instance is going out of service.')
    : condition('serving', 'ok', 'serving', 'This instance takes requests.');
}

function condition(
  name: string,
  status: ConditionStatus,
  reason: string,
  message: string,
): Condition {
  return { name, status, reason, message };
}
