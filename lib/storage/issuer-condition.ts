/**
 * What it means for whoever watches this instance whose the store is.
 *
 * @module
 */
import type { IssuerState } from './claimed-store.ts';
import type { Condition } from './store-health.ts';

type Verdict = Omit<Condition, 'name'>;

const VERDICTS: Readonly<Record<IssuerState, Verdict>> = {
  ours: { status: 'ok', reason: 'ours', message: 'The store belongs to this issuer.' },
  unknown: {
    status: 'fail',
    reason: 'unknown',
    message: 'Whose the store is is not known yet.',
  },
  'of another issuer': {
    status: 'fail',
    reason: 'foreign',
    message: 'The store belongs to another issuer: nothing is served from it.',
  },
};

export function issuerCondition(state: IssuerState): Condition {
  return { name: 'issuer', ...VERDICTS[state] };
}
