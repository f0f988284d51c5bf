import { beforeAll, describe, expect, it } from '@jest/globals';
import { createRandom } from '../../faults/support/random.ts';
import { installFeedback, type Feedback } from './feedback.ts';
import { createFuzzer } from './fuzzer.ts';
import { instrumented } from './instrument.ts';
import { createPace } from './pace.ts';
import { smaller } from './smaller.ts';

const SOURCE = `
export function read(text: string): string {
  const [scheme = '', rest] = text.split(':');
  if (scheme !== 'urn') return 'none';
  const parts = (rest ?? '').split('/');
  for (const part of parts) {
    switch (part) {
      case 'a':
        return parts.length > 1 && parts[1] === 'secret' ? 'found' : 'a';
      default:
        break;
    }
  }
  return parts.length > 2 ? 'long' : 'short';
}
`;

let feedback: Feedback;
let read: (text: string) => string;
let branches: number;

beforeAll(async () => {
  feedback = installFeedback();
  const made = instrumented(SOURCE, 'read.ts', 0);
  branches = made.branches;
  const url = `data:text/javascript,${encodeURIComponent(made.code)}`;
  ({ read } = (await import(url)) as { read: typeof read });
});

describe('an instrumented source', () => {
  it.each([
    { text: '', want: 'none' },
    { text: 'urn:', want: 'short' },
    { text: 'urn:b/c/d', want: 'long' },
    { text: 'urn:a', want: 'a' },
    { text: 'urn:a/secret', want: 'found' },
  ])('does what it did: $want', ({ text, want }) => {
    expect(read(text)).toBe(want);
  });

  it('tells where it has been, and what it has compared', () => {
    const ways = ['', 'urn:', 'urn:b/c/d', 'urn:a', 'urn:a/secret'].map((text) => {
      feedback.clear();
      read(text);
      return feedback.features().join();
    });
    expect(new Set(ways).size).toBe(ways.length);
    feedback.clear();
    read('arn:x');
    expect(feedback.comparisons()).toEqual([['arn', 'urn']]);
    expect(feedback.total()).toBe(branches);
    const words = ['found', 'long', 'none', 'secret', 'short', 'urn'];
    expect(feedback.wordsNear(new Set([0])).sort()).toEqual(words);
  });
});

describe('a fuzzer', () => {
  it('comes to what hardly any text leads to, and makes it small', async () => {
    const fuzzer = createFuzzer(
      {
        name: 'planted',
        seeds: ['x'],
        run(input) {
          if (read(input) === 'found') throw new Error('the planted mistake');
        },
      },
      { feedback, random: createRandom(1), known: [] },
    );
    for (let turn = 0; turn < 200 && fuzzer.findings().length === 0; turn += 1)
      await fuzzer.runFor(100);
    const [{ input, what } = { input: '', what: '' }] = fuzzer.findings();
    expect(what).toBe('Error: the planted mistake');
    expect(read(input)).toBe('found');
    expect(input.length).toBeLessThanOrEqual('urn:/secret/a'.length);
    expect(fuzzer.kept().map(read)).toContain('found');
  });

  it('notices what changes an object of the language', async () => {
    const own = Object.prototype as Record<string, unknown>;
    const fuzzer = createFuzzer(
      {
        name: 'polluting',
        seeds: ['urn:a'],
        run(input) {
          delete own['planted'];
          if (read(input) === 'a') own['planted'] = 1;
        },
      },
      { feedback, random: createRandom(1), known: [] },
    );
    await fuzzer.runFor(50);
    delete own['planted'];
    expect(fuzzer.findings().map(({ what }) => what)).toEqual([
      'it has changed an object of the language',
    ]);
  });
});

describe('the pace', () => {
  it('is broken by what takes far longer than others of its size', () => {
    const pace = createPace();
    for (let n = 0; n < 40; n += 1) expect(pace.isSlow(100, 1)).toBe(false);
    expect(pace.isSlow(100, 99)).toBe(false);
    expect(pace.isSlow(10_000, 500)).toBe(false);
    expect(pace.isSlow(100, 500)).toBe(true);
  });
});

describe('a smaller text', () => {
  it('has nothing in it that is not needed', async () => {
    const shows = async (text: string): Promise<boolean> => /a.*b/.test(text);
    expect(await smaller('xxaxxxxxxbxx', shows)).toBe('ab');
  });
});
