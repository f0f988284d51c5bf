import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import supertest from 'supertest';
import type { AuthInfo } from '../../lib/http/auth-info.ts';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { createEnvelopes } from '../../lib/tokens/envelope.ts';
import { command, type Ended } from '../cli/run-process.ts';
import { createTestApp, ISSUER, type TestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { obtainTokens, refreshRequest, type Tokens } from '../support/flow.ts';
import { COMMANDS, createUser, rulesOf, SWEEP_COMMANDS, userOption } from '../support/redis-acl.ts';
import { ask } from '../support/redis-ask.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';
import { randomPrefix } from '../support/redis-url.ts';
import { createScriptedUpstream, grantWithTokens, tokensAt } from '../support/scripted-upstream.ts';
import { noted, noteSecret } from '../support/secrets.ts';
import { PATIENCE_MS } from '../support/stores.ts';

const [OLD, NEW] = [1, 2].map(() => noted(randomBytes)(32).toString('base64url')) as [
  string,
  string,
];
const user = createUser();
noteSecret(user.password);
const prefix = randomPrefix();
const people = { alice: { email: 'a@example.com' } };

let server: RedisServer;
let store: RedisStore;

beforeAll(async () => {
  server = await startRedisServer(userOption(user, COMMANDS));
  store = new RedisStore({ url: server.url, prefix, ...user, commandTimeoutMs: PATIENCE_MS });
});
afterAll(async () => {
  await store.close();
  await server.stop();
});

const start = (secret: readonly string[], options: object = {}): TestApp =>
  createTestApp({
    clock: createClock(Date.now()),
    people,
    options: { store, secret, ...options },
  });

const rewrap = (): Promise<Ended> =>
  command(
    {
      DCR_ISSUER: ISSUER,
      DCR_SECRET: `${NEW} ${OLD}`,
      DCR_REDIS_URL: server.url,
      DCR_REDIS_USERNAME: user.username,
      DCR_REDIS_PASSWORD: user.password,
      DCR_REDIS_PREFIX: prefix,
    },
    ...['keys', 'rewrap', '--json'],
  );

/** What the API of the person gets at the provider, on an instance that knows these secrets. */
async function tokenAt(secret: readonly string[], grantId: string): Promise<string> {
  const options = { login: createScriptedUpstream(), signingKeys: SIGNING_KEY };
  const made = start(secret, options);
  const auth = { extra: { grantId } } as unknown as AuthInfo;
  return (await made.server.upstreamToken(auth)).accessToken;
}

async function expectServed({ app }: TestApp, { access_token }: Tokens): Promise<void> {
  const asked = supertest(app).get('/oauth/userinfo');
  const { status, body } = await asked.auth(access_token, { type: 'bearer' });
  expect({ status, body }).toEqual({ status: 200, body: { sub: 'alice', ...people.alice } });
}

describe('keys rewrap, as an operator runs it on the Redis of the servers', () => {
  it('needs what the guide lists for it, then seals all there is, and the old secret can go', async () => {
    const envelopes = createEnvelopes({ secrets: [OLD], issuer: ISSUER, randomBytes });
    const tokens = await obtainTokens(start([OLD]).app, 'openid email offline_access');
    const upstream = Array.from({ length: 3 }, () => tokensAt(Date.now()));
    const grantIds = await Promise.all(
      upstream.map((one) => grantWithTokens(store, envelopes, one)),
    );
    for (const id of grantIds) await expect(tokenAt([NEW], id)).rejects.toThrow();

    const refused = await rewrap();
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('NOPERM');
    const rules = rulesOf(user, [...COMMANDS, ...SWEEP_COMMANDS]);
    await ask(server, 'ACL', 'SETUSER', user.username, 'reset', ...rules);

    // Signing keys are sealed by whatever runs first, also by the attempt that was refused.
    const first = JSON.parse((await rewrap()).stdout) as object;
    expect(first).toMatchObject({
      secrets: 2,
      upstreamTokens: { sealed: 3, current: 0, waiting: 0, unopened: 0 },
      claims: { sealed: 0, current: 0, waiting: 1, unopened: 0 },
    });
    const { client_id, refresh_token } = tokens;
    const { body } = await refreshRequest(start([NEW, OLD]).app, client_id, refresh_token);
    expect(JSON.parse((await rewrap()).stdout)).toEqual({
      secrets: 2,
      signingKeys: 'current',
      upstreamTokens: { sealed: 0, current: 3, waiting: 0, unopened: 0 },
      claims: { sealed: 0, current: 1, waiting: 0, unopened: 0 },
    });

    await expectServed(start([NEW]), body as Tokens);
    expect(await Promise.all(grantIds.map((id) => tokenAt([NEW], id)))).toEqual(
      upstream.map(({ access_token }) => access_token),
    );
  });
});
