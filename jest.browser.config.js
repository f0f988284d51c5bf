/**
 * The pages in a real browser: `npm run test:browser`. Needs Chromium, see
 * `test/browser/support/chromium.ts`.
 *
 * @module
 */
import base from './jest.config.json' with { type: 'json' };

const { testPathIgnorePatterns: _elsewhere, globalSetup: _1, globalTeardown: _2, ...rest } = base;

export default {
  ...rest,
  maxWorkers: 2,
  testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
};
