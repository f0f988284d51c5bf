/**
 * Servers that are killed, frozen, full, slow or gone, under load: `npm run test:faults`. One file at
 * a time, for what is measured is how soon an answer comes.
 *
 * @module
 */
import base from './jest.config.json' with { type: 'json' };

const { testPathIgnorePatterns: _elsewhere, ...rest } = base;

export default {
  ...rest,
  maxWorkers: 1,
  testTimeout: 120_000,
  testMatch: ['<rootDir>/test/faults/**/*.test.ts'],
};
