/**
 * A flood of registrations that nobody follows up, against real Redis, with people who log in meanwhile.
 *
 * `npm run growth -- 1000000`: so many registrations, a clock moved by 0.6 s with each, which is a
 * million in a week; then, until they have taken the place of all the others, clients that are as large
 * as can be. Ends with an error when the store is not bounded, the instance holds on to
 * anything, a client in use was lost, or somebody was turned away.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Agent, request, type IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { createTestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { obtainTokens, refreshRequest } from '../support/flow.ts';
import { PERSISTENT, startRedisServer } from '../support/redis-server.ts';
import { heldBytes, MIB, usedBytes } from './memory.ts';

const BETWEEN_MS = 600;
const MAX_UNUSED = 50_000;
const AT_ONCE = 32;
const SCOPE = 'openid offline_access';

const total = Number(process.argv[2] ?? 100_000);
/** One and a fifth of the bound: by then nothing but them is left. */
const totalOfLargest = Number(process.argv[3] ?? 60_000);
const people = 50;
/**
 * What Redis may take for each of the largest: its name, its index entry and the record, for which its
 * allocator has nothing between 8 and 10 KiB.
 */
const LARGEST_BYTES = 10_700;
/** What the process may hold at any tenth beyond what it holds after the first: buffers, compiled code, people. */
const SLACK_BYTES = 16 * MIB;

const server = await startRedisServer(PERSISTENT);
const redis = new Redis(server.url);
const started = Date.now();
const clock = createClock(started);
const store = new RedisStore({
  url: server.url,
  clockOffsetMs: () => clock.now() - started,
  commandTimeoutMs: 2_000,
});
/**
 * What was said at warn or error: a flood is no reason for any of it. The clock is moved so often that
 * two looks at it differ.
 */
const complaints: string[] = [];
const complain = (message: string, fields: { condition?: string } = {}): void => {
  if (fields.condition === 'clock') return;
  complaints.push(JSON.stringify({ message, ...fields }));
};
const { app } = createTestApp({
  random: randomBytes,
  clock,
  options: {
    store,
    // Kept by nobody: the memory of this process is looked at.
    logger: { debug: () => null, info: () => null, warn: complain, error: complain },
    signingKeys: SIGNING_KEY,
    baselineClientScopes: ['offline_access'],
    maxUnusedClients: MAX_UNUSED,
  },
});
const listening = app.listen(0, '127.0.0.1');
await once(listening, 'listening');
const { port } = listening.address() as AddressInfo;
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

const SMALL = JSON.stringify({
  client_name: 'Nobody',
  redirect_uris: ['http://127.0.0.1/callback', 'https://nobody.example/callback'],
  token_endpoint_auth_method: 'none',
});

/** A registration that fills what is kept of a client to the last byte, or nearly. */
async function largest(): Promise<string> {
  const withPadding = (padding: number): string =>
    JSON.stringify({
      redirect_uris: [0, 1, 2, 3].map((nth) => {
        const length = Math.min(2_000, Math.max(0, padding - nth * 2_000));
        return `https://nobody.example/${String(nth)}${'a'.repeat(length)}`;
      }),
      token_endpoint_auth_method: 'none',
    });
  let [fits, tooMuch] = [0, 8_000];
  while (tooMuch - fits > 1) {
    const middle = Math.floor((fits + tooMuch) / 2);
    if ((await register(withPadding(middle))) === 201) fits = middle;
    else tooMuch = middle;
  }
  return withPadding(fits);
}

async function register(body: string): Promise<number> {
  const sent = request({
    agent,
    port,
    host: '127.0.0.1',
    path: '/oauth/register',
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
  });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return answer.statusCode ?? 0;
}

const statuses = new Map<number, number>();
const used: { client_id: string; refresh_token: string | undefined }[] = [];
const problems: string[] = [];
/** What the process holds at each tenth. */
const held: number[] = [];
let sent = 0;

async function flood(body: string, until: number): Promise<void> {
  while (sent < until) {
    sent += 1;
    clock.advance(BETWEEN_MS);
    const status = await register(body);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
}

/** Somebody logs in now and then, from the first registration to the last. */
async function logIn(): Promise<void> {
  for (let nth = 0; nth < people; nth += 1) {
    while (sent < (nth * total) / people) await wait(20);
    const { client_id, refresh_token } = await obtainTokens(app, SCOPE);
    used.push({ client_id, refresh_token });
  }
}

async function report(from: number, until: number): Promise<void> {
  for (let tenth = 1; tenth <= 10; tenth += 1) {
    while (sent < from + (tenth * (until - from)) / 10) await wait(50);
    const unused = await redis.zcard('dcr:clients:{0}:unused');
    held.push(heldBytes());
    const row = {
      registrations: sent,
      unused,
      keys: await redis.dbsize(),
      redisMiB: Number(((await usedBytes(redis)) / MIB).toFixed(1)),
      processMiB: Math.round(process.memoryUsage().rss / MIB),
      heldMiB: Number(((held.at(-1) ?? 0) / MIB).toFixed(1)),
      seconds: Math.round((Date.now() - started) / 1000),
    };
    console.log(JSON.stringify(row));
  }
}

async function floods(body: string, until: number): Promise<void> {
  const from = sent;
  await Promise.all([
    ...Array.from({ length: AT_ONCE }, () => flood(body, until)),
    report(from, until),
  ]);
}

const empty = await usedBytes(redis);
await Promise.all([floods(SMALL, total), logIn()]);
await floods(await largest(), total + totalOfLargest);
const kept = Math.min(totalOfLargest, MAX_UNUSED);
const bytes = (await usedBytes(redis)) - empty;
if (bytes > kept * LARGEST_BYTES + 10 * MIB) problems.push(`${String(bytes)} bytes are used`);

const grown = Math.max(...held) - (held[0] ?? 0);
if (grown > SLACK_BYTES) problems.push(`the instance holds ${String(grown)} bytes more`);

const refusals = [...statuses].filter(([status]) => status !== 201);
if (refusals.length > 0) problems.push(`turned away: ${JSON.stringify(refusals)}`);
const unused = await redis.zcard('dcr:clients:{0}:unused');
if (unused > MAX_UNUSED) problems.push(`${String(unused)} unused clients are kept`);
// A record for each that is counted, and a pair of keys for each login.
const keys = await redis.dbsize();
if (keys > MAX_UNUSED + 10 * people) problems.push(`${String(keys)} keys are kept`);
for (const { client_id, refresh_token } of used) {
  const { status } = await refreshRequest(app, client_id, refresh_token);
  if (status !== 200) problems.push(`a client in use was answered ${String(status)}`);
}
if (used.length !== people) problems.push(`${String(people - used.length)} people did not get in`);
problems.push(...complaints.slice(0, 20));

listening.close();
agent.destroy();
await store.close();
redis.disconnect();
await server.stop();
console.log(
  problems.length > 0 ? problems.join('\n') : `bounded: ${String(unused)} unused clients`,
);
process.exitCode = problems.length > 0 ? 1 : 0;
