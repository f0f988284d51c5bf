import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import { obtainTokens } from '../support/flow.ts';
import {
  callStatus,
  createSharingBench,
  jwksOf,
  kidsOf,
  privateMembers,
  verifyWith,
  type SharingBench,
} from '../support/kept-keys.ts';
import { redisContents } from '../support/secrets.ts';

const INSTANCES = 8;
const ROUNDS = 10;
const SCOPE = 'openid offline_access';

let bench: SharingBench;

beforeEach(() => {
  bench = createSharingBench();
});
afterEach(async () => {
  await bench.close();
});

describe('instances that start at once on an empty store', () => {
  it.each(Array.from({ length: ROUNDS }, (_, i) => ({ round: i + 1 })))(
    'publish one key, the same at all of them, round $round (RACE-15)',
    async () => {
      const instances = Array.from({ length: INSTANCES }, () => bench.start());
      const lists = await Promise.all(instances.map(kidsOf));
      expect(lists).toEqual(lists.map(() => [expect.any(String)]));
      expect(new Set(lists.flat()).size).toBe(1);
      // It is the one that is kept: who comes later has it too.
      expect(await kidsOf(bench.start())).toEqual(lists[0]);
    },
  );

  it('sign what every one of them accepts (RACE-15)', async () => {
    const instances = Array.from({ length: INSTANCES }, () => bench.start());
    const tokens = await Promise.all(instances.map(({ app }) => obtainTokens(app, SCOPE)));
    const sets = await Promise.all(instances.map(jwksOf));
    for (const { access_token } of tokens) {
      const statuses = await Promise.all(instances.map((one) => callStatus(one, access_token)));
      expect(statuses).toEqual(instances.map(() => 200));
      for (const keys of sets) {
        expect(await verifyWith(keys, access_token, bench.clock)).toBe('alice');
      }
    }
  });
});

describe('keys of the server itself', () => {
  it('are ES256, named by their thumbprint, and published without a private member', async () => {
    const instance = bench.start();
    const { access_token } = await obtainTokens(instance.app, SCOPE);
    const { keys } = await jwksOf(instance);
    expect(keys).toEqual([
      {
        kty: 'EC',
        crv: 'P-256',
        x: expect.any(String),
        y: expect.any(String),
        kid: expect.stringMatching(/^[\w-]{43}$/),
        use: 'sig',
        alg: 'ES256',
      },
    ]);
    expect(decodeProtectedHeader(access_token)).toMatchObject({ alg: 'ES256', kid: keys[0]?.kid });
  });

  it('outlive every instance', async () => {
    const before = bench.start();
    const { access_token } = await obtainTokens(before.app, SCOPE);
    await before.server.close();
    const after = bench.start();
    expect(await callStatus(after, access_token)).toBe(200);
    expect(after.log.at('info')).toHaveLength(1);
  });

  it('stand in no value of Redis and in no log line as they are', async () => {
    const instances = [bench.start(), bench.start()];
    for (const { app } of instances) await obtainTokens(app, SCOPE);
    const secrets = await privateMembers(bench);
    expect(secrets).toHaveLength(1);
    const texts = [
      ...(await redisContents()).map(([, text]) => text),
      ...instances.map(({ log }) => log.text()),
    ];
    expect(texts.length).toBeGreaterThan(4);
    for (const secret of secrets) {
      const hex = Buffer.from(secret, 'base64url').toString('hex');
      const base64 = Buffer.from(secret, 'base64url').toString('base64').slice(0, 40);
      for (const spelling of [secret, hex, base64])
        expect(texts.join('\n')).not.toContain(spelling);
    }
  });

  it('are not needed from the operator, who is warned of nothing', async () => {
    const { log, app } = bench.start();
    await obtainTokens(app, SCOPE);
    // How Redis is may be said too.
    const warnings = log.at('warn').filter(({ message }) => message !== 'health impaired');
    expect(warnings).toEqual([]);
    expect(log.at('info').map(({ message }) => message)).toEqual([
      'authorization server started',
      'signing key made',
    ]);
  });
});
