import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnExample, type SpawnedExample } from '../../example-app/spawn-example.ts';
import { runConformance, type Run } from './support/run.ts';

/** All that the tool asks. */
const CHECKS = [
  'authorization-code-grant',
  'authorization-server-metadata',
  'authorization-server-metadata-cimd',
];

// In memory: the tool asks once, and on a busy machine the answer of a store on Redis may be 503.
describe.each([
  { issuer: 'at the root', path: '' },
  { issuer: 'with a path', path: '/auth' },
])('the example app as a process, its issuer $issuer', ({ path }) => {
  let example: SpawnedExample | undefined;
  let app = '';
  let run: Run;

  beforeAll(async () => {
    example = await spawnExample((url) => ({
      DCR_ISSUER: `${url}${path}`,
      // Off by default; the tool warns where they are.
      DCR_CLIENT_ID_METADATA_DOCUMENTS: 'true',
    }));
    app = example.url;
    run = await runConformance({ issuer: `${app}${path}`, app });
  });

  afterAll(() => example?.stop());

  it.each(CHECKS)('conforms: %s', (id) => {
    const found = run.checks.filter((check) => check.id === id);
    expect(found).toMatchObject([{ status: 'SUCCESS' }]);
  });

  it('is asked nothing else, and the tool is content', () => {
    expect(run.checks.map(({ id }) => id).sort()).toEqual(CHECKS);
    expect(run.output).toContain(' passed, 0 failed');
    expect(run.exitCode).toBe(0);
  });

  it('does not conform under another name: the tool can tell', async () => {
    const issuer = `${app}${path}`.replace('localhost', '127.0.0.1');
    const other = await runConformance({ issuer, app });
    expect(other.exitCode).toBe(1);
    expect(other.checks.filter(({ status }) => status === 'FAILURE')).toMatchObject([
      { id: 'authorization-code-grant' },
      { id: 'authorization-server-metadata', errorMessage: expect.stringContaining('issuer') },
    ]);
  });
});
