/**
 * The package as it is published, in apps that installed it: `npm run test:consumers`. See
 * `test/consumers/support/place.ts`.
 *
 * @module
 */
import base from './jest.config.json' with { type: 'json' };

const { testPathIgnorePatterns: _elsewhere, setupFilesAfterEnv: _none, ...rest } = base;

export default {
  ...rest,
  globalSetup: '<rootDir>/test/consumers/support/place.ts',
  globalTeardown: '<rootDir>/test/consumers/support/remove-place.ts',
  modulePathIgnorePatterns: ['<rootDir>/test/consumers/(tools|host|express-[45])/'],
  verbose: true,
  testMatch: ['<rootDir>/test/consumers/*.test.ts'],
};
