import { describe, expect, it } from '@jest/globals';
import { createTestApp } from '../support/app.ts';
import { register, registeredClientId } from '../support/flow.ts';
import { expectApiError, expectPage, readable, returnLink } from './support/expect.ts';
import {
  authorizeAs,
  few,
  from,
  guess,
  onlyLimits,
  registerAs,
  statuses,
  times,
  tokenAs,
} from './support/limits.ts';
import { FORM_TYPE, JSON_TYPE, send, type Answer } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

const DESCRIPTION = 'too many requests: try again later';

/** The seconds after which a caller is let in again, as all three headers of an answer say it. */
function expectHeaders({ headers }: Answer, name: string, limit: number, remaining: number): void {
  expect(headers['ratelimit-policy']).toBe(`"${name}";q=${String(limit)};w=3600`);
  const [, left, seconds] = /^"[a-z-]+";r=(\d+);t=(\d+)$/.exec(String(headers['ratelimit'])) ?? [];
  expect(headers['ratelimit']).toMatch(`"${name}";`);
  expect(Number(left)).toBe(remaining);
  expect(Number(seconds)).toBeGreaterThan(3_500);
  expect(Number(seconds)).toBeLessThanOrEqual(3_600);
}

describe('the limit of registrations', () => {
  it('refuses one too many with 429 and Retry-After, and none before (B46)', async () => {
    const { app, store } = createWatchedApp({
      options: { rateLimits: onlyLimits({ register: few(12) }) },
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => registerAs(app)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(12);
    expect(refused).toHaveLength(8);
    expect(store.writes).toHaveLength(12);
    for (const answer of refused) {
      expectApiError(answer, 429, 'temporarily_unavailable');
      expect(answer.body).toHaveProperty('error_description', DESCRIPTION);
      expectHeaders(answer, 'register', 12, 0);
      const wait = Number(answer.headers['retry-after']);
      expect(answer.headers['ratelimit']).toMatch(new RegExp(`;t=${String(wait)}$`));
    }
  });

  it('is told with each answer, and to scripts of other origins', async () => {
    const { app } = createTestApp({ options: { rateLimits: onlyLimits({ register: few(3) }) } });
    for (const remaining of [2, 1, 0]) {
      const answer = await registerAs(app);
      expect(answer.status).toBe(201);
      expectHeaders(answer, 'register', 3, remaining);
      expect(answer.headers).not.toHaveProperty('retry-after');
    }
    const refused = await registerAs(app, { Origin: 'https://client.example' });
    expect(refused.status).toBe(429);
    expect(refused.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'www-authenticate,retry-after,ratelimit,ratelimit-policy',
    });
  });

  it.each([
    { name: 'JSON that is none', headers: JSON_TYPE, body: '{' },
    { name: 'no redirect URI', headers: JSON_TYPE, body: '{"redirect_uris":[]}' },
    { name: 'another media type', headers: FORM_TYPE, body: 'a=b' },
    { name: 'a body that is too large', headers: JSON_TYPE, body: `"${'x'.repeat(70_000)}"` },
  ])('counts registrations that fail as well: $name (ABUSE-18)', async ({ headers, body }) => {
    const { app, store } = createWatchedApp({
      options: { rateLimits: onlyLimits({ register: few(3) }) },
    });
    const wrong = (): Promise<Answer> => send(app, 'POST', '/oauth/register', { headers, body });
    const answers = statuses(await times(3, wrong));
    for (const status of answers) expect([400, 413, 415]).toContain(status);
    expect((await wrong()).status).toBe(429);
    expect((await registerAs(app)).status).toBe(429);
    expect(store.writes).toEqual([]);
  });

  it('counts no registration that failed on our side', async () => {
    const { app, store } = createWatchedApp({
      options: { rateLimits: onlyLimits({ register: few(2), registerTotal: few(2) }) },
    });
    store.fail('clients.insert');
    expect(statuses(await times(5, () => registerAs(app)))).toEqual(Array(5).fill(503));
    store.recover();
    expect(statuses(await times(3, () => registerAs(app)))).toEqual([201, 201, 429]);
  });

  it('counts registrations for which there is no room, or a flood would have no limit', async () => {
    const { app } = createTestApp({
      options: { maxUnusedClients: 100, rateLimits: onlyLimits({ register: few(103) }) },
    });
    const answers = statuses(await times(105, () => registerAs(app)));
    expect(answers).toEqual([
      ...Array<number>(100).fill(201),
      ...Array<number>(3).fill(503),
      ...Array<number>(2).fill(429),
    ]);
  });

  it('counts nobody who may not register at all', async () => {
    const token = 'x'.repeat(43);
    const { app } = createTestApp({
      options: {
        registration: 'token',
        initialAccessTokens: [token],
        rateLimits: onlyLimits({ register: few(1), registerTotal: few(1) }),
      },
    });
    expect(statuses(await times(5, () => registerAs(app)))).toEqual(Array(5).fill(401));
    const bearer = { Authorization: `Bearer ${token}` };
    expect(statuses(await times(2, () => registerAs(app, bearer)))).toEqual([201, 429]);
  });

  it('is one of those that are on by default', async () => {
    const { app } = createTestApp({ options: { rateLimits: {} } });
    const { headers } = await registerAs(app);
    expect(headers['ratelimit-policy']).toBe('"register";q=60;w=60');
    expect(headers['ratelimit']).toMatch(/^"register";r=59;t=60$/);
  });

  it('is none where it is off', async () => {
    const { app } = createTestApp({ options: { rateLimits: onlyLimits({}) } });
    const answers = await times(80, () => registerAs(app));
    for (const { status, headers } of answers) {
      expect(status).toBe(201);
      expect(headers).not.toHaveProperty('ratelimit');
    }
  });
});

describe('the limit of all registrations together', () => {
  it('holds for callers of many networks, and is warned of once', async () => {
    const { app, log, clock } = createTestApp({
      options: { rateLimits: onlyLimits({ register: few(3), registerTotal: few(5) }) },
    });
    app.set('trust proxy', 1);
    const answers = await times(8, (i) => registerAs(app, from(`203.0.113.${String(i)}`)));
    expect(statuses(answers)).toEqual([201, 201, 201, 201, 201, 429, 429, 429]);
    expectApiError(answers[7]!, 429, 'temporarily_unavailable');
    expectHeaders(answers[7]!, 'register-total', 5, 0);
    expect(Number(answers[7]?.headers['retry-after'])).toBeGreaterThan(3_500);
    const warning = {
      level: 'warn',
      message: 'limit for all callers reached',
      fields: {
        code: 'ERR_DCR_TOTAL_LIMIT_REACHED',
        name: 'register-total',
        limit: 5,
        windowSeconds: 3600,
      },
    };
    expect(log.entries).toContainEqual(warning);
    const warnings = (): unknown[] =>
      log.at('warn').filter(({ message }) => message === warning.message);
    expect(warnings()).toEqual([warning]);
    clock.advance(3_600_000);
    await registerAs(app, from('198.51.100.1'));
    await registerAs(app, from('198.51.100.2'));
    expect(warnings()).toEqual([warning, warning]);
  });
});

describe('the limit of authorization requests', () => {
  it('answers one too many with a page, and begins nothing', async () => {
    const { app, store } = createWatchedApp({
      options: { rateLimits: onlyLimits({ authorize: few(2) }) },
    });
    const id = await registeredClientId(app);
    store.forget();
    const answers = await times(3, () => authorizeAs(app, id));
    expect(statuses(answers)).toEqual([302, 302, 429]);
    expect(store.writes).toHaveLength(2);
    expectHeaders(answers[1]!, 'authorize', 2, 0);
    const refused = answers[2]!;
    expectPage(refused);
    expectHeaders(refused, 'authorize', 2, 0);
    expect(refused.headers).not.toHaveProperty('set-cookie');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3_500);
    expect(readable(refused.text)).toMatch(/Too many requests.*Wait a moment and try again/);
    expect(returnLink(refused.text)).toMatchObject({
      href: expect.stringMatching(/^\/oauth\/authorize\?response_type=code&client_id=/),
      text: 'Try again',
    });
  });

  it('holds for forms and for clients that nobody knows, and for no page of a login', async () => {
    const { app, store } = createWatchedApp({
      options: { rateLimits: onlyLimits({ authorize: few(3) }) },
    });
    const id = await registeredClientId(app);
    const form = (): Promise<Answer> =>
      send(app, 'POST', '/oauth/authorize', { headers: FORM_TYPE, body: `client_id=${id}` });
    expect(statuses(await times(1, form))).toEqual([400]);
    expect(statuses(await times(2, () => authorizeAs(app, 'stranger')))).toEqual([400, 400]);
    store.forget();
    expect(statuses(await times(1, form))).toEqual([429]);
    expect(statuses(await times(1, () => authorizeAs(app, 'stranger')))).toEqual([429]);
    const consent = await times(5, () => send(app, 'GET', '/oauth/consent?request=x'));
    for (const { status, headers } of consent) {
      expect(status).toBe(400);
      expect(headers).not.toHaveProperty('ratelimit');
    }
  });

  it('counts before the store is asked, and answers before what it says', async () => {
    const { app, store } = createWatchedApp({
      options: { rateLimits: onlyLimits({ authorize: few(1), token: few(1) }) },
    });
    const id = await registeredClientId(app);
    store.fail('clients.find');
    expect(statuses(await times(2, () => authorizeAs(app, id)))).toEqual([503, 429]);
    expect(statuses(await times(2, () => tokenAs(app, guess(id))))).toEqual([503, 429]);
  });
});

describe('what the log says of limits', () => {
  it('is at debug for a refusal, and names no caller (ABUSE-20)', async () => {
    const { app, log } = createTestApp({
      options: { rateLimits: onlyLimits({ register: few(1), token: few(1) }) },
    });
    app.set('trust proxy', 1);
    const id = await registeredClientId(app);
    await registerAs(app, from('203.0.113.7'));
    await times(2, () => registerAs(app, from('203.0.113.7')));
    await times(2, () => tokenAs(app, guess(id), from('203.0.113.7')));
    const refusals = log.at('debug').filter(({ fields }) => fields['status'] === 429);
    const common = { status: 429, error: 'temporarily_unavailable', reason: DESCRIPTION };
    expect(refusals.map(({ message, fields }) => ({ message, fields }))).toEqual(
      [
        { path: '/oauth/register', limit: 'register' },
        { path: '/oauth/register', limit: 'register' },
        { path: '/oauth/token', limit: 'token' },
      ].map((fields) => ({ message: 'request refused', fields: { ...common, ...fields } })),
    );
    const refused = log.entries.filter(({ message }) => message === 'request refused');
    expect(JSON.stringify(refused)).not.toContain('203.0.113');
    expect([...log.at('error'), ...log.at('warn')].map(({ message }) => message)).not.toContain(
      'request refused',
    );
  });
});

it('a registration over supertest keeps its body readable after the count', async () => {
  const { app } = createTestApp({ options: { rateLimits: {} } });
  const answers = await Promise.all(Array.from({ length: 10 }, () => register(app)));
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
});
