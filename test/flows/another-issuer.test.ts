import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import supertest from 'supertest';
import type { TestApp } from '../support/app.ts';
import {
  authorizationQuery,
  createPkce,
  obtainTokens,
  refreshRequest,
  register,
} from '../support/flow.ts';
import { manage, registered } from '../support/management.ts';
import { redisContents } from '../support/secrets.ts';
import { callStatus, createSharingBench, kidsOf, type SharingBench } from '../support/kept-keys.ts';

const OTHER = 'https://other.example.com';

let bench: SharingBench;
let ours: TestApp;

beforeEach(async () => {
  bench = createSharingBench();
  ours = bench.start();
  await kidsOf(ours);
});
afterEach(async () => {
  await bench.close();
});

async function keysOfRedis(): Promise<string[]> {
  const keys = (await redisContents()).map(([key]) => key);
  return keys.filter((key) => key.startsWith(bench.prefix)).sort();
}

async function loseIssuerAndKeys(): Promise<void> {
  for (const name of ['issuer', 'keys']) {
    await bench.atKey((redis) => redis.del(`${bench.prefix}${name}`));
  }
}

describe('a server with another issuer on the prefix of a server', () => {
  it('serves nothing from the store, says so once, and disturbs nobody (META-13)', async () => {
    const { access_token, client_id, refresh_token } = await obtainTokens(
      ours.app,
      'openid offline_access',
    );
    const managed = await registered(ours.app);
    const { app, log } = bench.start({ issuer: OTHER });
    const before = await keysOfRedis();
    const answers = [
      await register(app),
      await supertest(app).get(`/oauth/authorize?${authorizationQuery(client_id, createPkce())}`),
      await refreshRequest(app, client_id, refresh_token),
      await manage(app, 'get', managed),
      await manage(app, 'delete', managed),
      await supertest(app).get('/oauth/jwks'),
      await supertest(app).get('/mcp').auth(access_token, { type: 'bearer' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    for (const { headers } of answers) {
      expect(headers).toHaveProperty('retry-after', expect.stringMatching(/^[2-8]$/));
    }
    expect(log.at('error').filter(({ message }) => message !== 'request failed')).toEqual([
      {
        level: 'error',
        message:
          'the store belongs to another issuer: nothing is served (give each issuer a DCR_REDIS_PREFIX of its own)',
        fields: {
          code: 'ERR_DCR_STORE_OF_ANOTHER_ISSUER',
          issuer: OTHER,
          store_issuer: ours.issuer,
        },
      },
    ]);
    expect(await keysOfRedis()).toEqual(before);
    expect((await refreshRequest(ours.app, client_id, refresh_token)).status).toBe(200);
    expect(await callStatus(ours, access_token)).toBe(200);
    expect((await manage(ours.app, 'get', managed)).status).toBe(200);
  });

  it('finds its documents made, for they need no store', async () => {
    const { app } = bench.start({ issuer: OTHER });
    const { status, body } = await supertest(app).get('/.well-known/oauth-authorization-server');
    expect(status).toBe(200);
    expect(body).toHaveProperty('issuer', OTHER);
  });

  it('serves when it starts and the prefix belongs to nobody any more', async () => {
    const refused = bench.start({ issuer: OTHER });
    expect((await register(refused.app)).status).toBe(503);
    await Promise.all([ours.server.close(), refused.server.close()]);
    await loseIssuerAndKeys();
    expect((await register(bench.start({ issuer: OTHER }).app)).status).toBe(201);
    const key = `${bench.prefix}issuer`;
    expect(await bench.atKey((redis) => redis.hget(key, 'issuer'))).toBe(OTHER);
  });

  it('does not take the prefix when Redis loses its data', async () => {
    const refused = bench.start({ issuer: OTHER });
    expect((await register(refused.app)).status).toBe(503);
    await loseIssuerAndKeys();
    // Longer than it waits for a store that is away.
    await wait(2_500);
    expect((await register(refused.app)).status).toBe(503);
    expect(await bench.atKey((redis) => redis.exists(`${bench.prefix}issuer`))).toBe(0);
    expect((await register(ours.app)).status).toBe(201);
  });

  it.each(['issuer', 'v'])('serves nothing when %s cannot be read (REDIS-08)', async (field) => {
    const key = `${bench.prefix}issuer`;
    await bench.atKey((redis) =>
      field === 'v' ? redis.hset(key, 'v', '2') : redis.hdel(key, 'issuer'),
    );
    const { app } = bench.start();
    expect((await register(app)).status).toBe(503);
  });
});
