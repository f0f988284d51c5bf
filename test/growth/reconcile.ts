/**
 * How long `reconcile` takes, and what requests notice of it, against real Redis.
 *
 * `npm run growth:reconcile -- 100000`: so many clients, each with a note that is old; then the command as
 * an operator runs it, dry and for good and once more, while clients are looked up without a pause. Ends
 * with an error when a note stays old, or a look-up fails.
 *
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { command } from '../cli/run-process.ts';
import { DAY, newClient } from '../contract/records.ts';
import { PERSISTENT, startRedisServer } from '../support/redis-server.ts';

const AT_ONCE = 200;
const total = Number(process.argv[2] ?? 100_000);

const server = await startRedisServer(PERSISTENT);
const store = new RedisStore({ url: server.url, commandTimeoutMs: 10_000 });
const env = {
  DCR_ISSUER: 'https://as.example.com',
  DCR_SCOPES_SUPPORTED: 'openid offline_access mcp:read',
  DCR_BASELINE_SCOPES: 'offline_access mcp:read',
  DCR_SECRET: 'a-secret-of-the-measurement-that-is-long',
  DCR_REDIS_URL: server.url,
};
const ids: string[] = [];
const problems: string[] = [];

/** Every tenth is in use. */
async function fill(): Promise<void> {
  while (ids.length < total) {
    const client = newClient({ requested: 'openid' });
    ids.push(client.client_id);
    await store.clients.insert(client, DAY);
    const inserted = ids.length % 10 === 0 && (await store.clients.find(client.client_id));
    if (inserted) await store.clients.renew(inserted, 2 * DAY);
  }
}

/** What somebody waits for who asks while the command runs. */
async function lookUp(isOver: () => boolean): Promise<number[]> {
  const tookMs: number[] = [];
  while (!isOver()) {
    const started = performance.now();
    const id = ids[Math.floor(Math.random() * ids.length)] ?? '';
    if (!(await store.clients.find(id))) problems.push('a client was not found');
    tookMs.push(performance.now() - started);
    await wait(1);
  }
  return tookMs.sort((one, other) => one - other);
}

async function measured(name: string, ...words: readonly string[]): Promise<void> {
  const started = performance.now();
  let isOver = false;
  const looking = lookUp(() => isOver);
  const { code, stderr } = await command(env, 'reconcile', ...words);
  isOver = true;
  const seconds = (performance.now() - started) / 1000;
  const tookMs = await looking;
  const at = (share: number): string =>
    (tookMs[Math.floor((tookMs.length - 1) * share)] ?? 0).toFixed(1);
  if (code !== 0) problems.push(`${name} ended with ${String(code)}`);
  console.log(`${name}: ${seconds.toFixed(1)} s. ${stderr.trim()}`);
  console.log(
    `  look-ups meanwhile: ${at(0.5)} ms, 99 % within ${at(0.99)} ms, all in ${at(1)} ms`,
  );
}

await Promise.all(Array.from({ length: AT_ONCE }, fill));
await measured('dry run', '--dry-run');
await measured('reconcile');
await measured('once more');
await measured('in JSON', '--json');

for (let at = 0; at < ids.length; at += AT_ONCE) {
  const some = await Promise.all(ids.slice(at, at + AT_ONCE).map((id) => store.clients.find(id)));
  const old = some.filter((record) => record?.registered.scopes.length !== 3).length;
  if (old > 0) problems.push(`${String(old)} notes are old`);
}
await store.close();
await server.stop();
console.log(problems.length > 0 ? problems.join('\n') : `${String(ids.length)} notes are new`);
process.exitCode = problems.length > 0 ? 1 : 0;
