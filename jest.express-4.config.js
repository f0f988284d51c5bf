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
  '<rootDir>/test/(browser|cli|conformance|consumers|contract|faults|fuzz|growth|house|keys|model|operations|options|outbound|pages|policy|protocol|services|storage|timing|tokens|topologies|upstream)/',
  '<rootDir>/test/flows/(example-(issuer-path|process|upstream)|close-leaves-nothing|resource-process|rolling-restart).test.ts',
  '<rootDir>/test/(env|env-upstream|published-keys|published-keys-flights|random-bytes|rate-limit-keys|store-contact).test.ts',
  '<rootDir>/test/testing/(contract-expect|store-contract).test.ts',
];

/**
 * What the store does when many ask it at once, when it is away and when clocks differ: there Express
 * carries the requests and nothing else. How a failure of the store is answered is in `http/store-away`.
 */
const STORIES_OF_THE_STORE = [
  '<rootDir>/test/flows/(another-issuer|clocks-apart|commands-of-many|concurrency|crash-at-the-token-endpoint|growth).test.ts',
  '<rootDir>/test/flows/(host-redis-client|kept-keys(-.+)?|key-rotation|lifetimes|locked-out|races(-.+)?).test.ts',
  '<rootDir>/test/flows/(rate-limits-(outage|shared)|reconcile-process|refresh-not-stored|registration-race|remembered-scripts|round-trips).test.ts',
  '<rootDir>/test/flows/(revoked-elsewhere|upstream-(flushed|token-shared|tokens-revoked)).test.ts',
];

const NOT_HERE = [...ELSEWHERE, ...STORIES_OF_THE_STORE];

/**
 * Many requests of kinds that the rest has too, and failures: the oldest one answers for both. Of the
 * flows both have those that a user of Express 4 would try first.
 */
const ON_THE_OLDEST_ALONE = [
  '<rootDir>/test/(attacks|clients|properties|recipes)/',
  '<rootDir>/test/flows/(?!behaviour-|example-|issuer-path|mcp-client|openid-client|regression|upstream-login)',
];

/** These belong to the run, where a project that names them is not heard; the others to each project. */
const { maxWorkers, testTimeout, workerIdleMemoryLimit, reporters, ...project } = base;

export default {
  maxWorkers,
  testTimeout,
  workerIdleMemoryLimit,
  reporters,
  projects: DEPENDENCIES.map((dependency) => ({
    ...project,
    displayName: dependency,
    globals: { expressDependency: dependency },
    moduleNameMapper: { '^express$': dependency },
    testPathIgnorePatterns:
      dependency === OLDEST ? NOT_HERE : [...NOT_HERE, ...ON_THE_OLDEST_ALONE],
  })),
};
