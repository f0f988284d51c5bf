/**
 * What the Model Context Protocol asks of an authorization server, by its own tool:
 * `npm run test:conformance`. The first run installs the tool, see `test/conformance/support/tool.ts`.
 *
 * @module
 */
import base from './jest.config.json' with { type: 'json' };

const { testPathIgnorePatterns: _elsewhere, globalTeardown: _none, ...rest } = base;

export default {
  ...rest,
  globalSetup: '<rootDir>/test/conformance/support/tool.ts',
  verbose: true,
  testMatch: ['<rootDir>/test/conformance/*.test.ts'],
};
