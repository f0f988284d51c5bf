/**
 * Whether the pages of the operator work with many clients, against real Redis.
 *
 * `npm run growth:admin -- 100000`: so many clients, one of them with a name of its own; then every page,
 * that client by its id at once, and by its name from page to page. Ends with an error when a page does
 * not answer, looks at more than it should, or the client is not found.
 *
 * @module
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createAuthorizationServer, hostLogin, RedisStore } from '../../lib/index.ts';
import { DAY, newClient } from '../contract/records.ts';
import { PERSISTENT, startRedisServer } from '../support/redis-server.ts';

const AT_ONCE = 200;
/** So many records a page looks at, at most. */
const MOST = 2_000;
const total = Number(process.argv[2] ?? 100_000);

const redis = await startRedisServer(PERSISTENT);
const store = new RedisStore({ url: redis.url, commandTimeoutMs: 10_000 });
const silent = (): void => undefined;
const server = createAuthorizationServer({
  issuer: 'http://localhost:3000',
  secret: 'a-secret-of-the-measurement-that-is-long',
  scopesSupported: ['openid', 'offline_access'],
  baselineClientScopes: ['offline_access'],
  login: hostLogin({ user: () => undefined, url: '/login' }),
  logger: { debug: silent, info: silent, warn: silent, error: silent },
  store,
});
const app = express().use('/admin', server.adminRouter({ authorize: () => true }));
const listening = app.listen(0, '127.0.0.1');
await once(listening, 'listening');
const origin = `http://127.0.0.1:${String((listening.address() as AddressInfo).port)}`;
const problems: string[] = [];

let filled = 0;
async function fill(): Promise<void> {
  for (filled += 1; filled < total; filled += 1) {
    await store.clients.insert(newClient({ requested: 'openid' }), DAY);
  }
}

async function page(path: string): Promise<{ text: string; ms: number }> {
  const started = performance.now();
  const answer = await fetch(new URL(path, origin));
  const text = await answer.text();
  if (answer.status !== 200) problems.push(`${path} is answered ${String(answer.status)}`);
  const looked = Number(/([\d,]+) clients? looked at/.exec(text)?.[1] ?? 0);
  if (looked > MOST) problems.push(`${path} looked at ${String(looked)}`);
  return { text, ms: performance.now() - started };
}

await Promise.all(Array.from({ length: AT_ONCE }, fill));
const { metadata, ...rest } = newClient({ requested: 'openid' });
const needle = { ...rest, metadata: { ...metadata, client_name: 'Needle' } };
await store.clients.insert(needle, DAY);
const { client_id } = needle;

const told = async (path: string): Promise<string> => {
  const { text, ms } = await page(path);
  console.log(`${path.replace(client_id, '{client_id}')}: ${ms.toFixed(0)} ms`);
  return text;
};
await told('/admin/');
await told('/admin/policy');
await told('/admin/clients?used=no');
const one = await told(`/admin/client?id=${client_id}`);
if (!one.includes('Needle')) problems.push('the client is not found by its id');

const took: number[] = [];
let next: string | undefined = '/admin/clients?name=Needle&used=no';
let isFound = false;
while (next !== undefined && !isFound) {
  const { text, ms } = await page(next);
  took.push(ms);
  isFound = text.includes(client_id);
  const onward = /<a href="([^"]+)">Go on<\/a>/.exec(text)?.[1];
  next = onward && new URL(onward.replaceAll('&amp;', '&'), new URL(next, origin)).href;
}
if (!isFound) problems.push('the client is not found by its name');
took.sort((a, b) => a - b);
console.log(
  `by its name: ${String(took.length)} pages, ${(took.at(took.length >> 1) ?? 0).toFixed(0)} ms each, ${(took.at(-1) ?? 0).toFixed(0)} ms at most`,
);

listening.close();
listening.closeAllConnections();
await server.close();
await store.close();
await redis.stop();
console.log(
  problems.length > 0 ? problems.join('\n') : `the pages work with ${String(total)} clients`,
);
process.exitCode = problems.length > 0 ? 1 : 0;
