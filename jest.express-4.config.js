/**
 * What goes through Express, on both ends of Express 4. Every import of `express` is turned: that of
 * the library, that of the tests' own apps and that of the example app.
 *
 * @module
 */
import base from './jest.config.json' with { type: 'json' };

/** Names in `devDependencies`. */
const OLDEST = 'express-4-18';
const DEPENDENCIES = [OLDEST, 'express-4'];

/** What knows nothing of Express, and processes of their own, which no mapping reaches. */
const ELSEWHERE = [
  '<rootDir>/test/(browser|contract|faults|growth|house|keys|operations|options|pages|policy|protocol|services|storage|timing|tokens|topologies|upstream)/',
  '<rootDir>/test/flows/(example-(issuer-path|process|upstream)|close-leaves-nothing|rolling-restart).test.ts',
  '<rootDir>/test/env(-upstream)?.test.ts',
];

/** Many requests of kinds that the rest has too: the oldest one answers for both. */
const ON_THE_OLDEST_ALONE = ['<rootDir>/test/(clients|properties)/'];

/** Two belong to the run, where a project that names them is not heard; the others to each project. */
const { maxWorkers, testTimeout, ...project } = base;

export default {
  maxWorkers,
  testTimeout,
  projects: DEPENDENCIES.map((dependency) => ({
    ...project,
    displayName: dependency,
    globals: { expressDependency: dependency },
    moduleNameMapper: { '^express$': dependency },
    testPathIgnorePatterns:
      dependency === OLDEST ? ELSEWHERE : [...ELSEWHERE, ...ON_THE_OLDEST_ALONE],
  })),
};
