/**
 * What is kept in Redis, on every way to run it: one server with TLS, Sentinel, Cluster; each with a
 * user who may do nothing but what the documentation lists.
 *
 * @module
 */
import base from './jest.config.json' with { type: 'json' };

/** As in `test/support/redis-topologies.ts`. */
const TOPOLOGIES = ['tls', 'sentinel', 'cluster'];

/** The store by itself, and the stories in which instances share one. */
const ON_EACH = [
  'storage/redis-store',
  'flows/(behaviour-(b|b-confidential|f-confidential)|clients-that-go-away|concurrency)',
  'flows/(instances|key-rotation|registration-race|mcp-client|regression|revoked-elsewhere|secrets)',
];

/** Two belong to the run, where a project that names them is not heard; the others to each project. */
const { maxWorkers, testTimeout, globalSetup, globalTeardown, ...project } = base;

export default {
  maxWorkers,
  testTimeout,
  projects: [
    ...TOPOLOGIES.map((name) => ({
      ...project,
      displayName: name,
      globals: { redisTopology: name },
      testMatch: ON_EACH.map((files) => `<rootDir>/test/${files}.test.ts`),
      testPathIgnorePatterns: [],
      globalSetup: '<rootDir>/test/support/redis-topologies-setup.ts',
      globalTeardown: '<rootDir>/test/support/redis-topologies-teardown.ts',
      setupFilesAfterEnv: [...base.setupFilesAfterEnv, '<rootDir>/test/support/topology-check.ts'],
    })),
    {
      ...project,
      displayName: 'own',
      testMatch: ['<rootDir>/test/topologies/*.test.ts'],
      testPathIgnorePatterns: [],
    },
  ],
};
