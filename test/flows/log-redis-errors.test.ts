import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Response } from 'supertest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import {
  Browser,
  consentForm,
  createPkce,
  locationOf,
  METADATA,
  obtainCode,
  obtainTokens,
  redemption,
  refreshRequest,
  register,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';
import { redisUrl } from '../support/redis-url.ts';
import { expectApiError } from '../http/support/expect.ts';
import { issueCode } from '../http/support/grant.ts';
import { JSON_TYPE, send } from '../http/support/send.ts';

const SCOPE = 'openid offline_access';
const CANARY = 'canary-of-a-secret';

/** The lines of every level, as they would be written, with every member of every object. */
function linesOf({ log }: Pick<TestApp, 'log'>, from = 0): string {
  return JSON.stringify(log.entries.slice(from));
}

describe('the log, when Redis refuses what holds secrets', () => {
  let server: RedisServer;
  let bench: RedisBench;
  let made: TestApp;

  beforeEach(async () => {
    server = await startRedisServer();
    bench = createRedisBench(server.url);
    made = createTestApp({
      clock: createClock(Date.now()),
      options: {
        store: bench.createStore(),
        signingKeys: SIGNING_KEY,
      },
    });
  });
  afterEach(async () => {
    await bench.close();
    await server.stop();
  });

  it.each<{ reason: string; fault: () => Promise<unknown> }>([
    { reason: 'OOM', fault: () => bench.redis.config('SET', 'maxmemory', '1') },
    { reason: 'NOREPLICAS', fault: () => bench.redis.config('SET', 'min-replicas-to-write', '1') },
    {
      reason: 'NOPERM',
      fault: () => bench.redis.call('ACL', 'SETUSER', 'default', '-evalsha', '-eval'),
    },
  ])('has the class of the refusal, $reason, and no secret (LOG-03)', async (given) => {
    const { app } = made;
    const pkce = createPkce();
    const id = await registeredClientId(app);
    const query = { scope: SCOPE, state: `${CANARY}-state`, nonce: `${CANARY}-nonce` };
    const code = await obtainCode(app, id, pkce, query);
    const { client_id, access_token, refresh_token = '' } = await obtainTokens(app, SCOPE);
    const browser = new Browser(app, 'alice');
    const begun = await browser.authorize(id, createPkce(), query);
    const { action, csrf } = consentForm((await browser.get(locationOf(begun))).text);
    const before = made.log.entries.length;

    await given.fault();
    const requests = [
      () => register(app, { client_name: CANARY }),
      () => browser.authorize(id, pkce, query),
      () => browser.post(action, { decision: 'allow', csrf }),
      () => browser.post(action, { decision: 'deny', csrf }),
      () => tokenRequest(app, redemption(id, code, pkce)),
      () => refreshRequest(app, client_id, refresh_token),
    ];
    const answers: Response[] = [];
    for (const request of requests) {
      answers.push(await request());
      // Of those that fail in one second the log has one.
      made.clock.advance(1000);
    }
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    for (const answer of answers) expect(answer.text).not.toMatch(new RegExp(given.reason));

    const errors = made.log.at('error').map(({ fields }) => fields['cause']);
    expect(errors).toEqual(
      answers.map(() => expect.objectContaining({ name: 'StoreUnavailableError' })),
    );
    const lines = linesOf(made, before);
    expect(lines).toContain(`the store is unavailable (${given.reason})`);
    expect(lines).not.toMatch(/"(command|args|previousErrors)"/);
    const cookie = browser.cookie().split('; ').at(-1)?.split('=')[1] ?? '';
    const macs = [code, refresh_token].map((credential) => credential.split('.').at(-1) ?? '');
    const { code_verifier, code_challenge } = pkce;
    const secrets = [code, ...macs, code_verifier, code_challenge, csrf, cookie];
    for (const secret of [...secrets, access_token, refresh_token, CANARY]) {
      expect(secret.length).toBeGreaterThan(10);
      expect(lines.includes(secret)).toBe(false);
    }
  });

  it.each([
    { name: 'no JSON', text: `{"secret_digest":"${CANARY}` },
    { name: 'JSON of another kind', text: `["${CANARY}"]` },
  ])('has nothing of a record that is $name (LOG-03)', async ({ text }) => {
    const id = await registeredClientId(made.app);
    const keys = await bench.redis.keys(`*${id}`);
    for (const key of keys) {
      if ((await bench.redis.type(key)) === 'string') await bench.redis.set(key, text);
    }
    const answer = await refreshRequest(made.app, id, 'x');
    expectApiError(answer, 503, 'temporarily_unavailable');
    expect(linesOf(made)).toContain('corrupt');
    expect(linesOf(made)).not.toContain(CANARY);
  });
});

describe('the log, when a store of the host lets an error of its Redis client out', () => {
  /** What ioredis throws: the arguments of the command are on it, for all to serialise. */
  async function replyError(...args: [string, ...string[]]): Promise<Error> {
    const redis = new Redis(redisUrl());
    try {
      return await redis.call(...args).then(
        () => Promise.reject(new Error('nothing was refused')),
        (error: unknown) => error as Error,
      );
    } finally {
      redis.disconnect();
    }
  }

  it.each(['clients.find', 'grants.find', 'grants.redeem'])(
    'has no argument of the command that failed, and neither has the answer: %s (LOG-03)',
    async (call) => {
      const { app, form, code, store, log } = await issueCode();
      const error = await replyError('SET', 'a-key', code, CANARY);
      expect(JSON.stringify(error)).toContain(CANARY);
      const [artifact, method] = call.split('.') as ['clients' | 'grants', string];
      Object.assign(store[artifact], { [method]: () => Promise.reject(error) });
      const answer = await tokenRequest(app, form);
      expectApiError(answer, 500, 'server_error');
      expect(answer.text).not.toMatch(/canary|syntax|ReplyError/);
      expect(log.at('error')).toMatchObject([
        { message: 'request failed', fields: { status: 500, cause: { name: 'ReplyError' } } },
      ]);
      expect(linesOf({ log })).not.toContain(CANARY);
      expect(linesOf({ log })).not.toContain(code);
    },
  );
});

describe('the log, when a body with secrets cannot be read', () => {
  const WHOLE = JSON.stringify({
    ...METADATA,
    client_secret: CANARY,
    software_statement: CANARY,
    password: CANARY,
  });

  it.each([
    { name: 'is cut off', body: WHOLE.slice(0, -1) },
    { name: 'is cut off within a secret', body: WHOLE.slice(0, WHOLE.lastIndexOf(CANARY) + 12) },
    { name: 'begins with a secret', body: `${CANARY}${WHOLE}` },
    { name: 'has a secret without quotes', body: WHOLE.replace(`"${CANARY}"`, CANARY) },
    { name: 'has something after it', body: `${WHOLE}${CANARY}` },
    { name: 'has a secret as a key', body: `{"${CANARY}":}` },
    { name: 'has a place in the code in it', body: `{"a":\n    at ${CANARY}}` },
    { name: 'is a form', body: `client_secret=${CANARY}` },
  ])('has nothing of one that $name (LOG-03)', async ({ body }) => {
    const options = { registration: 'token', initialAccessTokens: ['t'.repeat(43)] } as const;
    for (const given of [{}, options]) {
      const made = createTestApp({ options: given });
      const headers = { ...JSON_TYPE, Authorization: `Bearer ${'t'.repeat(43)}` };
      const answer = await send(made.app, 'POST', '/oauth/register', { headers, body });
      expectApiError(answer, 400, 'invalid_client_metadata');
      expect(answer.text).not.toContain(CANARY.slice(0, 6));
      expect(made.log.at('debug').map(({ message }) => message)).toEqual(['request refused']);
      expect(linesOf(made)).not.toContain(CANARY.slice(0, 6));
      expect(linesOf(made)).not.toContain('t'.repeat(43));
    }
  });
});
