import { describe, expect, it } from '@jest/globals';
import { overGuard, type Guarded } from '../../bench/guard.ts';

function measured(cpu: number, target = 1.2): Guarded {
  return {
    operation: 'register',
    target,
    contenders: [
      { contender: 'floor', cpu: 1 },
      { contender: 'oidc-provider', cpu: 9 },
      { contender: 'express-dcr', cpu },
    ],
  };
}

describe('the guard over what requests cost', () => {
  it.each([0.8, 1.2, 1.5, 1.79])('lets %f times the floor pass where 1.2 is the target', (cpu) => {
    expect(overGuard([measured(cpu)])).toEqual([]);
  });

  it.each([1.81, 2.4, 10])('refuses %f times the floor, and says what it is about', (cpu) => {
    const [problem, ...more] = overGuard([measured(1), measured(cpu)]);
    expect(more).toEqual([]);
    expect(problem).toContain('register');
    expect(problem).toContain(cpu.toFixed(2));
  });

  it('catches half as much again as was there, at every target that is met', () => {
    for (const target of [1.1, 1.25, 1.3, 1.5]) {
      expect(overGuard([measured(target * 1.5 + 0.01, target)])).toHaveLength(1);
    }
  });
});
