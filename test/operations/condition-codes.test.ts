import { describe, expect, it } from '@jest/globals';
import { codedCondition, conditionCode } from '../../lib/operations/condition-codes.ts';
import type { Condition } from '../../lib/storage/store-health.ts';

const condition = (
  name: string,
  reason: string,
  status: Condition['status'] = 'warn',
): Condition => ({
  ...{ name, status, reason, message: 'm' },
});

describe('the code of a condition', () => {
  it.each([
    ['goes by its name', condition('eviction', 'evicting'), 'ERR_DCR_HEALTH_EVICTION'],
    ['goes by its reason', condition('issuer', 'foreign'), 'ERR_DCR_STORE_OF_ANOTHER_ISSUER'],
    ['else by its name', condition('issuer', 'unknown'), 'ERR_DCR_STORE_UNAVAILABLE'],
    ['is one for all that others name', condition('quota', 'low'), 'ERR_DCR_HEALTH_OTHER'],
    ['is no member of an object', condition('constructor', 'x'), 'ERR_DCR_HEALTH_OTHER'],
  ])('%s', (_name, one, code) => {
    expect(conditionCode(one)).toBe(code);
    expect(codedCondition(one)).toEqual({ ...one, code });
  });

  it('is none where all is well', () => {
    const well = condition('clock', 'in-step', 'ok');
    expect(codedCondition(well)).toEqual(well);
  });
});
