import { describe, expect, it } from '@jest/globals';
import { runAll } from '../../lib/timing/run-all.ts';

describe('several things to do', () => {
  it('are all done, in their order, also when some fail; what the first threw is thrown', () => {
    const done: string[] = [];
    const fail = (text: string) => (): never => {
      throw new Error(text);
    };
    const all = [
      (given: string) => done.push(`${given} a`),
      fail('first'),
      (given: string) => done.push(`${given} b`),
      fail('second'),
      (given: string) => done.push(`${given} c`),
    ];
    expect(() => runAll(all, 'did')).toThrow('first');
    expect(done).toEqual(['did a', 'did b', 'did c']);
  });

  it('are done without a word when none fails', () => {
    const done: number[] = [];
    runAll([(given: number) => done.push(given)], 1);
    expect(done).toEqual([1]);
  });
});
