import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readCorpus } from './engine/corpus.ts';
import { startTalk, type Talk } from './http/talk.ts';
import type { Case } from './http/wire.ts';
import { TARGETS } from './targets/all.ts';

/** Those that go where no other goes, and those that once showed a mistake. */
const keptOf = (name: string): string[] => [
  ...readCorpus('corpus', name),
  ...readCorpus('found', name),
];

describe('every text that fuzzing has kept', () => {
  it.each(TARGETS)('is read as it should be: $name', async ({ name, seeds, run }) => {
    const kept = keptOf(name);
    expect(kept.length).toBeGreaterThan(0);
    for (const input of [...seeds, ...kept]) await run(input);
  });
});

describe('every conversation that fuzzing has kept', () => {
  let talk: Talk;
  beforeAll(async () => {
    talk = await startTalk();
  });
  afterAll(() => talk.stop());

  it('is answered as it should be, and leaves the server as it was', async () => {
    const kept = keptOf('http');
    expect(kept.length).toBeGreaterThan(20);
    for (const text of kept) {
      const { wrong } = await talk.say(JSON.parse(text) as Case);
      expect({ text, wrong }).toEqual({ text, wrong: [] });
    }
    expect(await talk.wrong()).toEqual([]);
  });
});
