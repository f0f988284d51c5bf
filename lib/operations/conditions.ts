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
      'The clocks of this instance and of the store are more than 60 seconds apart: others would refuse its tokens.',
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

/** What is known of the signing keys. */
export type KeysState = 'ready' | 'not loaded' | 'not opened' | 'out of date';

const KEYS: Readonly<Record<KeysState, Condition>> = {
  ready: condition('keys', 'ok', 'loaded', 'The signing keys are there.'),
  'not loaded': condition('keys', 'fail', 'not-loaded', 'The signing keys are not known yet.'),
  'not opened': condition(
    'keys',
    'fail',
    'not-opened',
    'The signing keys in the store cannot be used with the secret of this instance.',
  ),
  'out of date': condition(
    'keys',
    'fail',
    'out-of-date',
    'The signing keys have not been compared with the store for too long to sign with them.',
  ),
};

export function keysCondition(state: KeysState): Condition {
  return KEYS[state];
}

/** Whose the store is. */
export type IssuerState = 'unknown' | 'ours' | 'of another issuer';

const ISSUER: Readonly<Record<IssuerState, Condition>> = {
  ours: condition('issuer', 'ok', 'ours', 'The store belongs to this issuer.'),
  unknown: condition('issuer', 'fail', 'unknown', 'Whose the store is is not known yet.'),
  'of another issuer': condition(
    'issuer',
    'fail',
    'foreign',
    'The store belongs to another issuer: nothing is served from it.',
  ),
};

export function issuerCondition(state: IssuerState): Condition {
  return ISSUER[state];
}

/** Two instances with different lists differ here, which a rolling deployment passes through. */
export function baselineCondition(policy: {
  readonly digest: string;
  readonly baseline: readonly string[];
  readonly supported: readonly string[];
}): Condition {
  const { digest, baseline, supported } = policy;
  const widened = baseline.length > 0 ? baseline.join(' ') : 'none';
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
