import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';
import { nodeOf, run, tool } from './support/run.ts';

/** Who the app and its API elsewhere say is asking, once a client came all the way to a token. */
const PERSON = 'ann, ann';

describe('an app that installed the package', () => {
  it.each([
    { node: 20, app: 'express-4', script: 'run.mjs' },
    { node: 20, app: 'express-4', script: 'run.cjs' },
    { node: 20, app: 'express-5', script: 'run.mjs' },
    { node: 20, app: 'express-5', script: 'run.cjs' },
    { node: 22, app: 'express-5', script: 'run.mjs' },
    { node: 22, app: 'express-5', script: 'run.cjs' },
    { node: 24, app: 'express-5', script: 'run.mjs' },
    { node: 24, app: 'express-5', script: 'run.cjs' },
  ] as const)(
    'gives a client a token: $script, $app, Node $node',
    async ({ node, app, script }) => {
      const { stdout, stderr } = await run({ app, program: nodeOf(node), args: [script] });
      expect({ stdout, stderr }).toEqual({ stdout: `${PERSON}\n`, stderr: '' });
    },
  );

  it.each([
    {
      name: 'Jest, in CommonJS',
      args: [tool('jest', 'bin', 'jest.js'), 'app.test.js'],
      want: /Tests: +3 passed/,
    },
    {
      name: 'Vitest',
      args: [tool('vitest', 'vitest.mjs'), 'run', 'app.spec.mjs'],
      want: /Tests +2 passed/,
    },
  ])('is tested without any configuration: $name', async ({ args, want }) => {
    const { stdout, stderr } = await run({ app: 'express-5', args, env: { NO_COLOR: '1' } });
    expect(`${stdout}${stderr}`).toMatch(want);
  });

  it('is understood by its other build, where an app uses both', async () => {
    const { stdout } = await run({ app: 'express-5', args: ['mixed.mjs'] });
    const want = { are_two: true, refused: 'access_denied', login_error: 'login_required' };
    expect(JSON.parse(stdout)).toEqual(want);
  });

  it('has the command line', async () => {
    const program = './node_modules/.bin/express-dcr';
    const { stdout } = await run({ app: 'express-4', program, args: ['--help'] });
    expect(stdout).toContain('Usage: express-dcr <command>');
    await expect(run({ app: 'express-4', program, args: ['check'] })).rejects.toThrow(
      'DCR_ISSUER: is required',
    );
  });
});

describe("an app with a Redis client of the app's own", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedisServer();
  });
  afterAll(() => redis.stop());

  it.each(['5', '6'])('gives a client a token: ioredis %s', async (version) => {
    const env = { REDIS_URL: redis.url };
    const { stdout } = await run({ app: 'express-5', args: ['run-redis.mjs', version], env });
    expect(stdout).toBe(`${PERSON}\n`);
  });
});
