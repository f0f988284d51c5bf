import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { createTestApp, RESOURCE } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  redemption,
  redirectParameters,
  refreshRequest,
  register,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { redisUrl } from '../support/redis-url.ts';

const MAX_BYTES = 64 * 1024;
const SCOPES = ['openid', 'offline_access', ...names('scope', 14)];
/** As long as they may be: together they fill the record of a client. */
const REDIRECT_URIS = names('https://app.example.com/cb', 3).map((uri) => uri.padEnd(2_000, 'x'));
const STATE = 's'.repeat(4_096);
const NONCE = 'n'.repeat(512);

let bench: RedisBench;
let app: Express;

beforeEach(() => {
  bench = createRedisBench(redisUrl());
  const options = {
    store: bench.createStore(),
    signingKeys: SIGNING_KEY,
    scopesSupported: SCOPES,
  };
  ({ app } = createTestApp({ clock: createClock(Date.now()), options }));
});
afterEach(async () => {
  await bench.close();
});

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}-${String(i)}`);
}

/** The bytes of each value, as Redis keeps it, by the kind of its key. */
async function sizes(): Promise<Record<string, number>> {
  const largest: Record<string, number> = {};
  for (const key of await bench.redis.keys(`${bench.prefix}*`)) {
    const kind = key.slice(bench.prefix.length).split(':')[0] ?? '';
    const bytes = Number(await bench.redis.call('MEMORY', 'USAGE', key, 'SAMPLES', '0'));
    largest[kind] = Math.max(largest[kind] ?? 0, bytes);
  }
  return largest;
}

describe('the largest that a client may send', () => {
  it('makes no value of more than 64 KiB, however often it refreshes (REDIS-15)', async () => {
    const scope = SCOPES.join(' ');
    const registered = await register(app, { redirect_uris: REDIRECT_URIS, scope });
    expect(registered.status).toBe(201);
    const { client_id } = registered.body as { client_id: string };
    const pkce = createPkce();
    const [redirect_uri = ''] = REDIRECT_URIS;
    const allowed = await new Browser(app, 'alice').decide('allow', client_id, pkce, {
      ...{ scope, redirect_uri, resource: RESOURCE },
      ...{ state: STATE, nonce: NONCE },
    });
    expect(allowed.status).toBe(303);
    const { code = '', state } = redirectParameters(allowed);
    expect(state).toBe(STATE);
    const form = redemption(client_id, code, pkce, { redirect_uri });
    let tokens = (await tokenRequest(app, form)).body as Tokens;
    expect(tokens.scope).toBe(scope);
    const before = await bench.redis.dbsize();
    for (let refreshes = 0; refreshes < 100; refreshes += 1) {
      const answer = await refreshRequest(app, client_id, tokens.refresh_token);
      expect(answer.status).toBe(200);
      tokens = answer.body as Tokens;
    }
    expect(await bench.redis.dbsize()).toBe(before);

    const largest = await sizes();
    expect(Object.keys(largest).sort()).toEqual(
      ['authz', 'client', 'clients', 'grant', 'issuer', 'subject'].sort(),
    );
    for (const bytes of Object.values(largest)) expect(bytes).toBeLessThan(MAX_BYTES);
    // And they were large.
    expect(largest['client']).toBeGreaterThan(6_000);
    expect(largest['authz']).toBeGreaterThan(6_000);
  });
});
