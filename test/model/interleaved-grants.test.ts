import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { STORE_KINDS } from '../support/stores.ts';
import { modelRuns, patience, tellCounts } from './model-runs.ts';
import { play, racingStories } from './stories.ts';
import { countsOf } from './tally.ts';

afterAll(tellCounts);

describe.each(STORE_KINDS)('grants that two requests meet at ($kind)', (kind) => {
  it(
    'are what the model says, whichever call of the store comes first',
    async () => {
      await fc.assert(
        fc.asyncProperty(racingStories, fc.scheduler(), (story, scheduler) =>
          play(kind, story, scheduler),
        ),
        modelRuns(16),
      );
      expect(countsOf(/^at once/)).toBeGreaterThan(0);
    },
    patience,
  );
});
