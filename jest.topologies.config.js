/**
 * What is kept in Redis, on every way to run it: one server with TLS, Sentinel and Cluster without and
 * with it; each with a user who may do nothing but what the documentation lists.
 *
 * @module
 */
import base from './jest.config.json' with { type: 'json' };

/** As in `test/support/redis-topologies.ts`. */
const TOPOLOGIES = ['tls', 'sentinel', 'cluster'];

/** With TLS among all of them too. */
const WITH_TLS = ['sentinel-tls', 'cluster-tls'];

/** The store by itself, and the stories in which instances share one. */
const ON_EACH = [
  'storage/redis-store',
  'flows/(behaviour-(b|b-confidential|f-confidential)|clients-that-go-away|concurrency)',
  'flows/(instances|key-rotation|registration-race|mcp-client|regression|revoked-elsewhere|secrets)',
  'flows/(another-issuer|kept-keys|kept-keys-rotation|kept-keys-secrets|lifetimes)',
  'flows/(kill-switches|managed-registrations|minted-tokens|pushed-requests)',
  'flows/(changed-policy|reconcile)',
  'flows/(person-grants|races|races-of-decisions|rate-limits-shared|remembered-consent)',
];

/** Where all clients are counted together; a Cluster counts them by shard (`test/topologies`). */
const ON_ONE_MASTER = ['flows/growth'];

/** What certificates could change: how servers are found and reached, not what they do. */
const ON_THOSE_WITH_TLS = ['flows/(instances|mcp-client|regression|revoked-elsewhere)'];

function filesOf(name) {
  if (WITH_TLS.includes(name)) return ON_THOSE_WITH_TLS;
  return name === 'cluster' ? ON_EACH : [...ON_EACH, ...ON_ONE_MASTER];
}

/** These belong to the run, where a project that names them is not heard; the others to each project. */
const {
  maxWorkers,
  testTimeout,
  workerIdleMemoryLimit,
  reporters,
  globalSetup,
  globalTeardown,
  ...project
} = base;

export default {
  maxWorkers,
  testTimeout,
  workerIdleMemoryLimit,
  reporters,
  projects: [
    ...[...TOPOLOGIES, ...WITH_TLS].map((name) => ({
      ...project,
      displayName: name,
      globals: { redisTopology: name },
      testMatch: filesOf(name).map((files) => `<rootDir>/test/${files}.test.ts`),
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
