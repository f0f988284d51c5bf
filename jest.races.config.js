/**
 * Races that are run a thousand times each, with an account of every outcome: `npm run test:races`.
 * `RACE_ROUNDS` says how often, where that is not what it should be.
 *
 * @module
 */
import base from './jest.config.json' with { type: 'json' };

const { testPathIgnorePatterns: _elsewhere, ...rest } = base;

export default {
  ...rest,
  testMatch: ['<rootDir>/test/races/**/*.test.ts'],
};
