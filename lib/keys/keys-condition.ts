/**
 * What the state of the signing keys means for whoever watches this instance.
 *
 * @module
 */
import type { Condition } from '../storage/store-health.ts';
import type { KeysState } from './kept-keys.ts';

type Verdict = Omit<Condition, 'name'>;

const VERDICTS: Readonly<Record<KeysState, Verdict>> = {
  ready: { status: 'ok', reason: 'loaded', message: 'The signing keys are there.' },
  'not loaded': {
    status: 'fail',
    reason: 'not-loaded',
    message: 'The signing keys are not known yet.',
  },
  'not opened': {
    status: 'fail',
    reason: 'not-opened',
    message: 'The signing keys in the store cannot be used with the secret of this instance.',
  },
  'out of date': {
    status: 'fail',
    reason: 'out-of-date',
    message:
      'The signing keys have not been compared with the store for too long to sign with them.',
  },
};

export function keysCondition(state: KeysState): Condition {
  return { name: 'keys', ...VERDICTS[state] };
}
