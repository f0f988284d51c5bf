import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.ts';
import { ask } from '../support/redis-ask.ts';
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
      want: /Tests: +6 passed/,
    },
    {
      name: 'Vitest',
      args: [tool('vitest', 'vitest.mjs'), 'run', 'app.spec.mjs'],
      want: /Tests +4 passed/,
    },
  ])('is tested without any configuration: $name', async ({ args, want }) => {
    const away = `http://127.0.0.1:${String(await freePort())}`;
    const env = { NO_COLOR: '1', PROVIDER_AWAY: away };
    const { stdout, stderr } = await run({ app: 'express-5', args, env });
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

describe('an app on Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedisServer();
  });
  afterAll(() => redis.stop());

  // An app that has no ioredis: the one that comes with the package is loaded, and late.
  it.each(['cjs', 'mjs'])('gives a client a token, by an address: run.%s', async (kind) => {
    const env = { REDIS_URL: redis.url };
    const { stdout } = await run({ app: 'express-4', args: [`run.${kind}`], env });
    expect(stdout).toBe(`${PERSON}\n`);
    expect(await ask(redis, 'KEYS', `${kind}:*`)).not.toEqual([]);
  });

  it.each(['5', '6'])('gives a client a token, by its own client: ioredis %s', async (version) => {
    const env = { REDIS_URL: redis.url };
    const { stdout } = await run({ app: 'express-5', args: ['run-redis.mjs', version], env });
    expect(stdout).toBe(`${PERSON}\n`);
  });
});
