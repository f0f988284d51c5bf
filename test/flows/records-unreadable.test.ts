import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { expectApiError, expectPage } from '../http/support/expect.ts';
import { MAX_GRANTS_PER_SUBJECT, type GrantRecord } from '../../lib/storage/store.ts';
import { DAY, newClientId, newDigest, redeemedGrant } from '../contract/records.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { CORRUPTIONS, MARK, type RecordKind } from '../support/corruptions.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import {
  Browser,
  consentForm,
  createPkce,
  locationOf,
  obtainCode,
  obtainTokens,
  redemption,
  refreshRequest,
  register,
  tokenRequest,
} from '../support/flow.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { redisUrl } from '../support/redis-url.ts';

const SCOPE = 'openid offline_access';

/** A flow that has stopped at each of its steps, with what goes on from there. */
interface World {
  readonly keys: Readonly<Record<RecordKind, string>>;
  readonly steps: Readonly<Record<Step, () => Promise<Response>>>;
}

/** In the order in which they work one after another: who has allowed cannot deny. */
const STEPS = ['authorize', 'show', 'allow', 'deny', 'redeem', 'refresh'] as const;
type Step = (typeof STEPS)[number];

/** Which steps cannot do without a record. */
const NEEDED_BY: Readonly<Record<RecordKind, readonly Step[]>> = {
  client: STEPS,
  authorization: ['show', 'allow', 'deny'],
  'grant of a code': ['redeem'],
  'grant of a refresh token': ['refresh'],
};

/** An error of the API where a client reads it, a page where a person does. */
const ON_THE_API: readonly Step[] = ['redeem', 'refresh'];

let bench: RedisBench;
let made: TestApp;

beforeEach(() => {
  bench = createRedisBench(redisUrl());
  const store = bench.createStore();
  const options = {
    store,
    signingKeys: SIGNING_KEY,
    baselineClientScopes: ['offline_access'],
  };
  made = createTestApp({ clock: createClock(Date.now()), options });
});
afterEach(async () => {
  await bench.close();
});

async function createWorld(): Promise<World> {
  const { app } = made;
  const { client_id, refresh_token = '' } = await obtainTokens(app, SCOPE);
  const [redeemed, pending] = [createPkce(), createPkce()];
  const code = await obtainCode(app, client_id, redeemed, { scope: SCOPE });
  const browser = new Browser(app, 'alice');
  const url = locationOf(await browser.authorize(client_id, pending, { scope: SCOPE }));
  const { action, csrf } = consentForm((await browser.get(url)).text);
  const grantKey = (token: string): string => `${bench.prefix}grant:{${token.split('.')[0] ?? ''}}`;
  const request = new URLSearchParams(url.split('?')[1]).get('request') ?? '';
  return {
    keys: {
      client: `${bench.prefix}client:{0}:${client_id}`,
      authorization: `${bench.prefix}authz:{${request}}`,
      'grant of a code': grantKey(code),
      'grant of a refresh token': grantKey(refresh_token),
    },
    steps: {
      authorize: () => browser.authorize(client_id, createPkce(), { scope: SCOPE }),
      show: () => browser.get(url),
      allow: () => browser.post(action, { decision: 'allow', csrf }),
      deny: () => browser.post(action, { decision: 'deny', csrf }),
      redeem: () => tokenRequest(app, redemption(client_id, code, redeemed)),
      refresh: () => refreshRequest(app, client_id, refresh_token),
    },
  };
}

/** Everything that is kept, as Redis itself writes it down. */
async function everything(): Promise<Record<string, string>> {
  const keys = await bench.redis.keys(`${bench.prefix}*`);
  const dumps = await Promise.all(keys.sort().map((key) => bench.redis.dumpBuffer(key)));
  return Object.fromEntries(keys.map((key, i) => [key, dumps[i]?.toString('base64') ?? '']));
}

function expectUnavailable(step: Step, answer: Response): void {
  expect({ step, status: answer.status }).toEqual({ step, status: 503 });
  expect(answer.headers).toHaveProperty('retry-after', expect.stringMatching(/^\d+$/));
  expect(answer.text).not.toContain(MARK);
  if (ON_THE_API.includes(step)) expectApiError(answer, 503, 'temporarily_unavailable');
  else expectPage(answer);
}

describe('a record that nobody can read', () => {
  it.each(CORRUPTIONS)(
    'authorizes nothing and changes nothing, and is whole again when it is: $kind, $name (REDIS-08)',
    async ({ kind, corrupt }) => {
      const { keys, steps } = await createWorld();
      const key = keys[kind];
      const whole = await bench.redis.dumpBuffer(key);
      await corrupt(bench.redis, key);
      const before = await everything();
      const { length } = made.log.entries;
      for (const step of NEEDED_BY[kind]) expectUnavailable(step, await steps[step]());

      expect(await everything()).toEqual(before);
      const said = JSON.stringify(made.log.entries.slice(length));
      expect(said).toMatch(/"stored record not usable",.{0,60}"refusal":"corrupt"|WRONGTYPE/);
      expect(said).not.toContain(MARK);

      await bench.redis.restore(key, 0, whole, 'REPLACE');
      for (const step of NEEDED_BY[kind].filter((one) => one !== 'deny')) {
        const { status } = await steps[step]();
        expect({ step, status }).toEqual({
          step,
          status: { allow: 303, authorize: 302 }[step as string] ?? 200,
        });
      }
      await bench.redis.expire(key, 60);
    },
  );
});

describe("a grant that nobody can read, among a person's", () => {
  it('hides none of the others: they are listed, and can be revoked', async () => {
    const kept = await obtainTokens(made.app, SCOPE);
    const [grantId = ''] = (await obtainTokens(made.app, SCOPE)).refresh_token?.split('.') ?? [];
    await bench.redis.hset(`${bench.prefix}grant:{${grantId}}`, 'auth_time', '-1');
    const { grants } = made.server;
    const listed = await grants.list({ subject: 'alice' });
    expect(listed.map(({ clientId }) => clientId)).toEqual([kept.client_id]);
    expect(made.log.at('error')).toMatchObject([
      { message: 'stored record not usable', fields: { refusal: 'corrupt' } },
    ]);
    expect(await grants.revoke({ subject: 'alice' })).toBe(1);
    expect((await refreshRequest(made.app, kept.client_id, kept.refresh_token)).status).toBe(400);
  });

  it('makes room like one that is over', async () => {
    const store = bench.createStore();
    const subjectDigest = newDigest();
    const ids: string[] = [];
    const index = async (): Promise<readonly GrantRecord[]> => {
      const clientId = newClientId();
      const grantId = await redeemedGrant(store, { client_id: clientId });
      ids.push(grantId);
      return store.grants.index({ grantId, clientId, subjectDigest, ttlMs: 7 * DAY });
    };
    for (let grants = 0; grants < MAX_GRANTS_PER_SUBJECT; grants += 1) await index();
    const [first = '', second = ''] = ids;
    await bench.redis.hset(`${bench.prefix}grant:{${second}}`, 'auth_time', '-1');
    expect(await index()).toEqual([]);
    expect((await index()).map(({ grant_id }) => grant_id)).toEqual([first]);
    expect(await store.grants.listBySubject(subjectDigest)).toHaveLength(MAX_GRANTS_PER_SUBJECT);
  });
});

describe('an index that nobody can read', () => {
  const indexOf = async (name: RegExp): Promise<string> => {
    const keys = await bench.redis.keys(`${bench.prefix}*`);
    return keys.find((key) => name.test(key)) ?? '';
  };

  it('of unused clients lets nobody register, and nothing is half there (REDIS-08)', async () => {
    await register(made.app);
    await bench.redis.set(await indexOf(/:unused$/), MARK);
    const before = await everything();
    expectApiError(await register(made.app), 503, 'temporarily_unavailable');
    expect(await everything()).toEqual(before);
    expect(made.log.text()).not.toContain(MARK);
  });

  it.each(['used', 'unused'])(
    'of %s clients leaves a client as it was (REDIS-08)',
    async (name) => {
      const { keys, steps } = await createWorld();
      const fresh = await register(made.app);
      const { client_id } = fresh.body as { client_id: string };
      await bench.redis.set(await indexOf(new RegExp(`:${name}$`)), MARK);
      const key = keys.client.replace(/[^:]*$/, client_id);
      const record = await bench.redis.get(key);
      const answer = await new Browser(made.app, 'alice').decide('allow', client_id, createPkce());
      expectUnavailable('allow', answer);
      expect(await bench.redis.get(key)).toBe(record);
      // Who has been at it today needs no index.
      expect((await steps.refresh()).status).toBe(200);
    },
  );

  it("of a person's grants costs nobody anything (REDIS-08)", async () => {
    const { steps } = await createWorld();
    await bench.redis.set(await indexOf(/^.*subject:/), MARK);
    for (const step of ['allow', 'redeem', 'refresh'] as const) {
      expect((await steps[step]()).status).toBe(step === 'allow' ? 303 : 200);
    }
    expect(made.log.text()).not.toContain(MARK);
  });
});
