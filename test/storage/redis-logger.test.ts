import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SIGNING_KEY } from '../support/deployment.ts';
import { createTestApp } from '../support/app.ts';
import { FAILING_LOGGERS, heardDuring, LOGGER_FAILED } from '../support/failing-loggers.ts';
import { register } from '../support/flow.ts';
import type { LogRecorder } from '../support/log-recorder.ts';
import { createRedisBench, failure, recovered, type RedisBench } from '../support/redis-bench.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';

const signingKeys = SIGNING_KEY;

let server: RedisServer;
let bench: RedisBench;

beforeEach(async () => {
  server = await startRedisServer();
  bench = createRedisBench(server.url);
});
afterEach(async () => {
  await bench.close();
  await server.stop();
});

/** What was said of the connection. */
function connectionLines({ entries }: LogRecorder): object[] {
  return entries.filter(({ message }) => message.startsWith('store connection'));
}

const LOST = {
  level: 'warn',
  message: 'store connection lost',
  fields: { code: 'ERR_DCR_STORE_CONNECTION_LOST', reason: expect.stringMatching(/^[A-Za-z ]+$/) },
};
const BACK = { level: 'debug', message: 'store connection is back', fields: {} };

describe('an outage of Redis', () => {
  it('is told to the logger of the server, and so is its end', async () => {
    const store = bench.createImpatientStore();
    const { app, log } = createTestApp({ options: { store, signingKeys } });
    await recovered(store);
    expect((await register(app)).status).toBe(201);
    expect(connectionLines(log)).toEqual([]);
    await server.kill();
    // The first may be answered before the loss is noticed; the second waits for the connection.
    expect((await register(app)).status).toBe(503);
    expect((await register(app)).status).toBe(503);
    expect(connectionLines(log)).toEqual([LOST]);
    await server.restart();
    await recovered(store);
    expect(connectionLines(log)).toEqual([LOST, BACK]);
    expect(log.text()).not.toContain(String(server.port));
  });

  it.each(FAILING_LOGGERS)(
    'is answered as ever, and so is what follows, with a logger that $name (LOG-06)',
    async ({ create }) => {
      const { logger, calls } = create();
      const heard = await heardDuring(async () => {
        const store = bench.createImpatientStore();
        const { app, server: ours } = createTestApp({ options: { store, signingKeys, logger } });
        await recovered(store);
        expect((await register(app)).status).toBe(201);
        // How Redis is may be said too, and has been by then.
        await ours.health();
        const before = calls();
        await server.kill();
        expect((await register(app)).status).toBe(503);
        expect((await register(app)).status).toBe(503);
        // Each refusal and the loss of the connection.
        expect(calls()).toBe(before + 3);
        await server.restart();
        await recovered(store);
        expect((await register(app)).status).toBe(201);
      });
      expect(heard).toEqual({ warnings: [LOGGER_FAILED], rejections: [] });
    },
  );

  it('is told to the first of two servers on one store', async () => {
    const store = bench.createImpatientStore();
    const [first, second] = [1, 2].map(() => createTestApp({ options: { store, signingKeys } }));
    await recovered(store);
    await server.kill();
    await failure(store.grants.find('a'.repeat(22)));
    await failure(store.grants.find('a'.repeat(22)));
    expect(first && connectionLines(first.log)).toEqual([LOST]);
    expect(second && connectionLines(second.log)).toEqual([]);
  });

  it('before there was a server is told to the server that comes, in order', async () => {
    const store = bench.createImpatientStore();
    await recovered(store);
    await server.kill();
    await failure(store.grants.find('a'.repeat(22)));
    await failure(store.grants.find('a'.repeat(22)));
    const during = createTestApp({ options: { store, signingKeys } });
    expect(connectionLines(during.log)).toEqual([LOST]);
    await server.restart();
    await recovered(store);
    expect(connectionLines(during.log)).toEqual([LOST, BACK]);
    const later = createTestApp({ options: { store, signingKeys } });
    expect(connectionLines(later.log)).toEqual([]);
  });

  it('that was over before there was a server is told to it once', async () => {
    const store = bench.createImpatientStore();
    await recovered(store);
    await server.kill();
    await failure(store.grants.find('a'.repeat(22)));
    await failure(store.grants.find('a'.repeat(22)));
    await server.restart();
    await recovered(store);
    const { log } = createTestApp({ options: { store, signingKeys } });
    expect(connectionLines(log)).toEqual([LOST, BACK]);
  });

  it('is told to nobody when there is no server', async () => {
    const store = bench.createImpatientStore();
    await recovered(store);
    await server.kill();
    expect(await failure(store.grants.find('a'.repeat(22)))).toContain('the store is unavailable');
  });
});
