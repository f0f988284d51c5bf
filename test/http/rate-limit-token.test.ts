import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '../support/app.ts';
import { obtainTokens } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { few, from, guess, onlyLimits, statuses, times, tokenAs } from './support/limits.ts';

function createLimitedApp(limit: number): TestApp {
  const made = createTestApp({
    options: {
      baselineClientScopes: ['offline_access'],
      rateLimits: onlyLimits({ token: few(limit) }),
    },
  });
  made.app.set('trust proxy', 1);
  return made;
}

describe('the limit of token requests', () => {
  it('refuses one too many as an OAuth error that costs no client its tokens', async () => {
    const { app } = createLimitedApp(2);
    const answers = await times(3, () => tokenAs(app, guess('stranger'), from('203.0.113.7')));
    expect(statuses(answers)).toEqual([401, 401, 429]);
    expectApiError(answers[2]!, 429, 'temporarily_unavailable');
    expect(Number(answers[2]?.headers['retry-after'])).toBeGreaterThan(3_500);
    expect(answers[2]?.headers['ratelimit']).toMatch(/^"token";r=0;t=\d+$/);
    expect(answers[2]?.headers).not.toHaveProperty('www-authenticate');
  });

  it('keeps no client out for what strangers do in its name (ABUSE-15)', async () => {
    const { app } = createLimitedApp(20);
    const { client_id: id, refresh_token } = await obtainTokens(app, 'openid offline_access');
    const flood = Array.from({ length: 500 }, () => tokenAs(app, guess(id), from('203.0.113.66')));
    const refused = statuses(await Promise.all(flood));
    expect(refused.filter((status) => status === 400)).toHaveLength(20);
    expect(refused.filter((status) => status === 429)).toHaveLength(480);
    const form = { grant_type: 'refresh_token', client_id: id, refresh_token };
    expect((await tokenAs(app, form, from('198.51.100.1'))).status).toBe(200);
  });

  it('counts clients behind one address apart', async () => {
    const { app } = createLimitedApp(3);
    const shared = from('203.0.113.7');
    expect(statuses(await times(4, () => tokenAs(app, guess('a'), shared)))).toContain(429);
    expect((await tokenAs(app, guess('b'), shared)).status).toBe(401);
  });

  it.each([
    { name: 'in the body', request: (id: string) => ({ form: guess(id), headers: {} }) },
    {
      name: 'in the header',
      request: (id: string) => ({
        form: { grant_type: 'refresh_token', refresh_token: 'guessed' },
        headers: { Authorization: `Basic ${Buffer.from(`${id}:x`).toString('base64')}` },
      }),
    },
  ])('has an end for who names another client each time: $name', async ({ request }) => {
    const { app } = createLimitedApp(2);
    const strange = (network: string) => (): ReturnType<typeof tokenAs> => {
      const { form, headers } = request(randomUUID());
      return tokenAs(app, form, { ...headers, ...from(network) });
    };
    const answers = await times(22, strange('203.0.113.66'));
    // Ten times as many as for one client.
    expect(statuses(answers)).toEqual([...Array<number>(20).fill(401), 429, 429]);
    expect(answers[21]?.headers['ratelimit-policy']).toBe('"token-network";q=20;w=3600');
    expect(statuses(await times(1, strange('198.51.100.1')))).toEqual([401]);
  });

  it('takes nothing from its network for the requests that it refuses', async () => {
    const { app } = createLimitedApp(2);
    const shared = from('203.0.113.7');
    await times(50, () => tokenAs(app, guess('noisy'), shared));
    const others = await times(18, (i) => tokenAs(app, guess(`quiet-${String(i)}`), shared));
    expect(statuses(others)).toEqual(Array(18).fill(401));
    expect((await tokenAs(app, guess('one more'), shared)).status).toBe(429);
  });
});
