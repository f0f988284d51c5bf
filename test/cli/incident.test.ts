import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import supertest from 'supertest';
import { ISSUER, type TestApp } from '../support/app.ts';
import { createTestApp } from '../support/app.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { ALIVE, ASKED, connectedApp, ENDED, fatesAt, UNKNOWN } from '../support/legs.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { redisUrl } from '../support/redis-url.ts';
import { command, type Ended } from './run-process.ts';

const operatorIn = (line: string): unknown => (JSON.parse(line) as { by: unknown }).by;

describe('the switches of an incident, from another process', () => {
  let bench: RedisBench;
  let instances: readonly [TestApp, TestApp];
  let env: Record<string, string>;

  beforeAll(() => {
    bench = createRedisBench(redisUrl());
    const clock = { now: () => Date.now(), advance: () => undefined };
    const instance = (): TestApp => {
      const store = bench.createStore();
      return createTestApp({ clock, options: { ...ASKED, store, signingKeys: SIGNING_KEY } });
    };
    instances = [instance(), instance()];
    env = {
      DCR_ISSUER: ISSUER,
      DCR_REDIS_URL: redisUrl(),
      DCR_REDIS_PREFIX: bench.prefix,
      DCR_SECRET: 's'.repeat(32),
    };
  });
  afterAll(async () => {
    await Promise.all(instances.map(({ server }) => server.close()));
    await bench.close();
  });

  /** What it said, without the lines of its audit events, of which there is one at least. */
  const express_dcr = async (...words: string[]): Promise<Pick<Ended, 'stderr'>> => {
    const { stderr, ...ended } = await command(env, ...words);
    expect(ended).toEqual({ code: 0, stdout: '' });
    const lines = stderr.split('\n');
    const isEvent = (line: string): boolean => line.startsWith('{');
    expect(lines.filter(isEvent).map(operatorIn)).toContain('operator');
    return { stderr: lines.filter((line) => !isEvent(line)).join('\n') };
  };

  it('clients block and unblock: at both instances when the command is done', async () => {
    const [here, there] = instances;
    const [app, other] = [await connectedApp(here), await connectedApp(there, 'bob')];
    const { stderr } = await express_dcr('clients', 'block', app.id, '--reason', 'stolen');
    expect(stderr).toBe(`Client ${app.id} is blocked.\n`);
    for (const at of instances) expect(await fatesAt(at, app)).toEqual(UNKNOWN);
    expect(await fatesAt(here, other)).toEqual(ALIVE);
    await express_dcr('clients', 'unblock', app.id);
    for (const at of instances) expect(await fatesAt(at, app)).toEqual(ENDED);
  });

  it('grants revoke: at both instances when the command is done', async () => {
    const [here, there] = instances;
    const [app, other] = [await connectedApp(here, 'carol'), await connectedApp(there, 'dave')];
    expect((await express_dcr('grants', 'revoke', '--subject', 'carol')).stderr).toMatch(
      /^2 grants are revoked\.\n$/,
    );
    expect(await fatesAt(there, app)).toEqual(ENDED);
    const { stderr } = await express_dcr('grants', 'revoke', '--client', other.id);
    expect(stderr).toBe(`All that client ${other.id} was given until now is over.\n`);
    expect(await fatesAt(here, other)).toEqual(ENDED);
    const last = await connectedApp(there, 'erin');
    const swept = await express_dcr('grants', 'revoke', '--scope', 'openid');
    expect(swept.stderr).toMatch(/^\d+ grants are revoked\.\n$/);
    expect(await fatesAt(here, last)).toEqual(ENDED);
  });

  it('grants revoke --grant: the grant of a token, and no other of the same person and client', async () => {
    const [here, there] = instances;
    const app = await connectedApp(here, 'grace');
    const [grantId = ''] = decodeJwt(app.tokens.access_token).jti?.split('.') ?? [];
    const { stderr } = await express_dcr('grants', 'revoke', '--grant', grantId);
    expect(stderr).toBe('1 grant is revoked.\n');
    expect(await fatesAt(there, app)).toEqual({ ...ENDED, list: 1, code: '200' });
  });

  it('revoke --all --before now: at both instances within seconds, for what asks nobody too', async () => {
    const app = await connectedApp(instances[0], 'frank');
    const isServed = async ({ app: host }: TestApp): Promise<boolean> => {
      const call = supertest(host).get('/mcp').auth(app.tokens.access_token, { type: 'bearer' });
      return (await call).status === 200;
    };
    // The token says in whole seconds when it was issued.
    await wait(1_000);
    await express_dcr('revoke', '--all', '--before', 'now', '--yes');
    for (const at of instances) {
      await eventually(async () => expect(await isServed(at)).toBe(false));
      expect(await fatesAt(at, app)).toEqual(ENDED);
    }
  });
});
