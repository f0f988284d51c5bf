import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { STORE_KINDS } from '../support/stores.ts';
import { modelRuns, patience, tellCounts } from './model-runs.ts';
import { play, stories } from './stories.ts';
import { countsOf } from './tally.ts';

afterAll(tellCounts);

describe.each(STORE_KINDS)('grants, whatever happens to them in whatever order ($kind)', (kind) => {
  it(
    'are what a model of a few maps and numbers says',
    async () => {
      await fc.assert(
        fc.asyncProperty(stories, (story) => play(kind, story)),
        modelRuns(16),
      );
      expect(countsOf(/^refresh/)).toBeGreaterThan(0);
    },
    patience,
  );
});
