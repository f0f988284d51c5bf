/**
 * A stage for the tests of one file.
 *
 * @module
 */
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { openStage, type Stage, type StageOptions } from './stage.ts';

export type UsedStage = Pick<Stage, 'url' | 'example' | 'web' | 'clock' | 'store' | 'visit'>;

/** Sets the stage before the tests of a file and takes it down after them. */
export function useStage(options: StageOptions = {}): UsedStage {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(options);
  });
  afterEach(() => stage.leave());
  afterAll(() => stage.close());
  return {
    get url() {
      return stage.url;
    },
    get example() {
      return stage.example;
    },
    get web() {
      return stage.web;
    },
    get clock() {
      return stage.clock;
    },
    get store() {
      return stage.store;
    },
    visit: (contextOptions) => stage.visit(contextOptions),
  };
}
