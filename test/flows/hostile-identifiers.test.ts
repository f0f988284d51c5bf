import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { HOSTILE_IDS } from '../contract/records.ts';
import { few, from, onlyLimits, registerAs, tokenAs } from '../http/support/limits.ts';
import { send, type Answer } from '../http/support/send.ts';
import { createTestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import {
  authorizationQuery,
  Browser,
  createPkce,
  locationOf,
  obtainTokens,
  refreshRequest,
  registeredClientId,
  type Tokens,
} from '../support/flow.ts';
import { COMMANDS } from '../support/redis-acl.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { keysOf, monitor, type Executed } from '../support/redis-monitor.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';

const SCOPE = 'openid offline_access';
const MAC = 'A'.repeat(43);
/** Commands of connections, which carry nothing of a request. */
const OF_CONNECTIONS = ['hello', 'client', 'quit', 'auth'];

/** What a key name of ours may look like, behind the prefix. */
const OURS = new RegExp(
  `^(${[
    String.raw`client:\{0\}:[0-9a-f-]{36}`,
    String.raw`clients:\{0\}:(un)?used`,
    String.raw`(authz|grant|upstream):\{[\w-]{22}\}`,
    String.raw`subject:\{[\w-]{43}\}:(grants|forgotten)`,
    String.raw`client-state:\{0\}:(?:[0-9a-f-]{36}|[\w-]{43})`,
    String.raw`subject:\{[\w-]{43}\}:consent:[\w-]{43}`,
    String.raw`upstream-lock:\{[\w-]{22}\}`,
    String.raw`limit:[a-z-]+:([\w-]{22}|all)`,
    String.raw`stats:\d+`,
    'issuer',
  ].join('|')})$`,
);

let server: RedisServer;
let bench: RedisBench;
let app: Express;
let victim: Tokens;
let browser: Browser;
let page: string;
let hostile: readonly string[];
let seen: Executed[];
let answers: { place: string; answer: Answer | Awaited<ReturnType<Browser['get']>> }[];

beforeAll(async () => {
  server = await startRedisServer();
  bench = createRedisBench(server.url);
  const store = bench.createStore();
  ({ app } = createTestApp({
    clock: createClock(Date.now()),
    login: {
      user: (req) => {
        const person = /(?:^|; )person=([^;]*)/.exec(req.headers.cookie ?? '')?.[1];
        return person === undefined ? undefined : { sub: decodeURIComponent(person) };
      },
    },
    options: {
      store,
      signingKeys: SIGNING_KEY,
      baselineClientScopes: ['offline_access'],
      rateLimits: onlyLimits({
        ...{ register: few(10_000), registerTotal: few(10_000) },
        ...{ authorize: few(10_000), token: few(10_000) },
      }),
    },
  }));
  app.set('trust proxy', 1);
  victim = await obtainTokens(app, SCOPE);
  browser = new Browser(app, 'alice');
  page = locationOf(await browser.authorize(victim.client_id, createPkce(), { scope: SCOPE }));
  await bench.redis.set('outside', 'of the prefix');
  hostile = [
    ...HOSTILE_IDS.map(({ id }) => id),
    ...['x\r\nFLUSHALL\r\n', '../', '../../etc', '"; redis.call("FLUSHALL")', '\\x00', '%00'],
    ...[`{${victim.client_id}}`, `{0}:${victim.client_id}`, `${victim.client_id}:`, `{0}:unused`],
    'b'.repeat(6_000),
  ];
  const watch = await monitor(server);
  answers = [];
  for (const value of hostile) await everywhere(value);
  seen = await watch.stop();
}, 120_000);
afterAll(async () => {
  await bench.close();
  await server.stop();
});

/** In the place of everything that can be sent and is looked up, counted or kept. */
async function everywhere(value: string): Promise<void> {
  const { client_id } = victim;
  const note = async (
    place: string,
    asked: Promise<(typeof answers)[0]['answer']>,
  ): Promise<void> => {
    answers.push({ place, answer: await asked });
  };
  const get = (path: string, headers = {}): Promise<Answer> => send(app, 'GET', path, { headers });
  const cookie = browser.cookie();

  for (const name of ['client_id', 'redirect_uri', 'scope', 'state', 'resource', 'nonce']) {
    const query = authorizationQuery(client_id, createPkce(), { [name]: value });
    await note(`authorize ${name}`, get(`/oauth/authorize?${query}`, { cookie }));
  }
  const request = encodeURIComponent(value);
  await note('consent request', get(`/oauth/consent?request=${request}`, { cookie }));
  const decision = { decision: 'allow', csrf: value };
  await note('consent form', browser.post(`/oauth/consent?request=${request}`, decision));
  await note('csrf', browser.post(page, decision));

  for (const token of [value, `${value}.${MAC}`, `${value}.1.${MAC}`]) {
    const refresh = { grant_type: 'refresh_token', client_id, refresh_token: token };
    await note('refresh token', tokenAs(app, refresh));
    const { code_verifier } = createPkce();
    const redeem = { grant_type: 'authorization_code', client_id, code: token, code_verifier };
    await note('code', tokenAs(app, redeem));
  }
  const own = { grant_type: 'refresh_token', client_id, refresh_token: 'none' };
  for (const name of ['client_id', 'client_secret', 'scope', 'resource']) {
    await note(`token ${name}`, tokenAs(app, { ...own, [name]: value }));
  }
  const basic = (id: string): string => `Basic ${Buffer.from(`${id}:${value}`).toString('base64')}`;
  for (const id of [value, encodeURIComponent(value)].filter((one) => one.length < 6_000)) {
    const anonymous = { ...own, client_id: undefined };
    await note('token header', tokenAs(app, anonymous, { Authorization: basic(id) }));
  }
  for (const name of ['client_name', 'software_id', 'scope', 'redirect_uris', value]) {
    const member = name === 'redirect_uris' ? [value] : value;
    await note(`register ${name.slice(0, 20)}`, registerAs(app, {}, { [name]: member }));
  }
  // Nobody without a name can have logged in.
  if (value !== '' && value.length < 6_000) {
    const id = await registeredClientId(app);
    const login = new Browser(app, encodeURIComponent(value));
    await note('person', login.decide('allow', id, createPkce(), { scope: SCOPE }));
  }
  // No client can send others in a header.
  if (!/^[\x20-\x7E]{1,8000}$/.test(value)) return;
  await note('access token', get('/mcp', { authorization: `Bearer ${value}` }));
  await note('address', registerAs(app, from(value)));
  await note('initial access token', registerAs(app, { authorization: `Bearer ${value}` }));
  const planted = cookie.replace(/(dcr-\w+)=[^;]*/, (_all, name: string) => `${name}=${value}`);
  await note('browser cookie', get(page, { cookie: planted }));
}

describe('what strangers send in the place of an identifier', () => {
  it('is refused or is text, and is no reason for an error of ours (REDIS-01)', () => {
    expect(answers.length).toBeGreaterThan(hostile.length * 20);
    const failed = answers.filter(({ answer }) => answer.status >= 500 || answer.status < 200);
    expect(failed.map(({ place, answer }) => ({ place, status: answer.status }))).toEqual([]);
  });

  it('is in no key name, in none that a script makes either (REDIS-01)', async () => {
    const calls = seen.flatMap((command) => [command, ...command.calls]);
    const keys = new Set((await keysOf(server, calls)).flat());
    expect(keys.size).toBeGreaterThan(100);
    const strange = [...keys].filter(
      (key) => !key.startsWith(bench.prefix) || !OURS.test(key.slice(bench.prefix.length)),
    );
    expect(strange).toEqual([]);
  });

  it('becomes no command (REDIS-01)', async () => {
    const names = new Set(
      seen.flatMap(({ name, calls }) => [name, ...calls.map((call) => call.name)]),
    );
    const known: readonly string[] = [...COMMANDS, ...OF_CONNECTIONS];
    expect([...names].filter((name) => !known.includes(name))).toEqual([]);
    expect(await bench.redis.get('outside')).toBe('of the prefix');
  });

  it('reaches no record of anybody else (REDIS-01)', async () => {
    const grant = `${bench.prefix}grant:{${victim.refresh_token?.split('.')[0] ?? ''}}`;
    const writing = seen.filter(({ name }) => name === 'evalsha' || name === 'eval');
    const touched = (await keysOf(server, writing)).flat();
    expect(touched.length).toBeGreaterThan(100);
    expect(touched).not.toContain(grant);
    const { status } = await refreshRequest(app, victim.client_id, victim.refresh_token);
    expect(status).toBe(200);
  });
});
