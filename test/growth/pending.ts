/**
 * A flood of authorization requests that nobody follows up, against real Redis.
 *
 * `npm run growth:pending -- 10000`: so many, each with as much in it as a long `state` brings. Then all
 * is waited for to be gone. Ends with an error when an instance holds on to anything, Redis holds more
 * than it may or still holds something at the end, or somebody was turned away.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { createHttpClient } from '../faults/support/http-client.ts';
import { createTestApp } from '../support/app.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { authorizationQuery, createPkce, registeredClientId } from '../support/flow.ts';
import { listen } from '../support/listening.ts';
import { PERSISTENT, startRedisServer } from '../support/redis-server.ts';
import { heldBytes, MIB, usedBytes } from './memory.ts';

const AT_ONCE = 32;
const STATE_BYTES = 768;
/** Of each: its name, and a record of which the state is the largest part. */
const BYTES_OF_EACH = 2_560;
/** What the process may hold at the end and not after the first tenth: buffers, compiled code. */
const SLACK_BYTES = 8 * MIB;
/** A request in progress is there for ten minutes, and its key for one more. */
const LIFETIME_MS = 11 * 60_000;
/** Of them, by the clock of Redis. The store's is so far behind that the flood and its end are seen. */
const SEEN_MS = 60_000;

const total = Number(process.argv[2] ?? 10_000);
const server = await startRedisServer(PERSISTENT);
const redis = new Redis(server.url);
const store = new RedisStore({
  url: server.url,
  clockOffsetMs: () => SEEN_MS - LIFETIME_MS,
  commandTimeoutMs: 2_000,
});
const quiet = (): null => null;
const { app } = createTestApp({
  random: randomBytes,
  clock: { now: () => Date.now() + SEEN_MS - LIFETIME_MS, advance: quiet },
  options: {
    store,
    // Kept by nobody: the memory of this process is looked at.
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    signingKeys: SIGNING_KEY,
  },
});
const { url, stop } = await listen(app);
const http = createHttpClient();
const client_id = await registeredClientId(url);
const problems: string[] = [];

let sent = 0;
const statuses = new Map<number, number>();
async function flood(until: number): Promise<void> {
  while (sent < until) {
    sent += 1;
    const state = randomBytes(STATE_BYTES).toString('base64url');
    const query = authorizationQuery(client_id, createPkce(), { state });
    const { status } = await http.send(url, { path: `/oauth/authorize?${query}` });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
}

const started = Date.now();
const pending = async (): Promise<number> => (await redis.keys('dcr:authz:*')).length;
const empty = await usedBytes(redis);
const held: number[] = [];
for (let tenth = 1; tenth <= 10; tenth += 1) {
  await Promise.all(Array.from({ length: AT_ONCE }, () => flood((tenth * total) / 10)));
  held.push(heldBytes());
  const row = {
    requests: sent,
    pending: await pending(),
    redisMiB: Number(((await usedBytes(redis)) / MIB).toFixed(1)),
    heldMiB: Number((heldBytes() / MIB).toFixed(1)),
    seconds: Math.round((Date.now() - started) / 1000),
  };
  console.log(JSON.stringify(row));
}
const refusals = [...statuses].filter(([status]) => status !== 302);
if (refusals.length > 0) problems.push(`turned away: ${JSON.stringify(refusals)}`);
const grown = (held.at(-1) ?? 0) - (held[0] ?? 0);
if (grown > SLACK_BYTES) problems.push(`the instance holds ${String(grown)} bytes more`);
const bytes = (await usedBytes(redis)) - empty;
if (bytes > total * BYTES_OF_EACH + MIB) problems.push(`Redis holds ${String(bytes)} bytes`);

while (Date.now() - started < 2 * SEEN_MS && (await pending()) > 0) await wait(500);
const left = await pending();
if (left > 0) problems.push(`${String(left)} of them have not gone`);
const rest = (await usedBytes(redis)) - empty;
if (rest > 2 * MIB) problems.push(`${String(rest)} bytes have not gone`);

stop();
http.close();
await store.close();
redis.disconnect();
await server.stop();
console.log(
  problems.length > 0
    ? problems.join('\n')
    : `bounded: ${String(Math.round(bytes / total))} bytes each, gone after ${String(Math.round((Date.now() - started) / 1000))} seconds`,
);
process.exitCode = problems.length > 0 ? 1 : 0;
