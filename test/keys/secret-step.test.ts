import { describe, expect, it } from '@jest/globals';
import { secretStep } from '../../lib/keys/secret-step.ts';
import { createEnvelopes, holdersOf, UnopenedError } from '../../lib/tokens/envelope.ts';
import { randomBytes } from 'node:crypto';

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string];
const sealed = (...secrets: string[]): string =>
  createEnvelopes({ secrets, issuer: 'https://auth.example.com', randomBytes }).seal(
    'signing_keys',
    'keys',
  );

describe('the step of a change of the secret', () => {
  it.each([
    { here: [A], there: undefined, step: 'nothing sealed' },
    { here: [A], there: [A], step: 'one' },
    { here: [A, A], there: [A], step: 'one' },
    { here: [A, B], there: [A], step: 'added' },
    { here: [A, B, C], there: [B, A], step: 'added' },
    { here: [A, B], there: [A, B], step: 'known' },
    { here: [B, A], there: [A, B], step: 'moved' },
    { here: [B], there: [A, B], step: 'taken out' },
    { here: [B, C], there: [A, B], step: 'added' },
    { here: [B, A], there: [A], step: 'step left out' },
    { here: [B, A], there: [A, C], step: 'step left out' },
    { here: [B], there: [A], step: 'unknown secret' },
  ])('is $step', ({ here, there, step }) => {
    const holders = there && holdersOf(sealed(...there), here);
    expect(secretStep(new Set(here).size, holders)).toBe(step);
  });

  it.each(['2.what.ever', 'nothing of ours'])('is not told of %j', (text) => {
    expect(() => holdersOf(text, [A])).toThrow(UnopenedError);
  });
});
