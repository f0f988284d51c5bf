/**
 * Fills a store with clients, many at once, as if they had registered and people had come.
 *
 * @module
 */
import type { Store } from '../../dist/esm/index.js';
import { DEFAULTS } from '../../lib/options/options.ts';
import { newClient } from './clients.ts';
import { forEach, numbers } from './many.ts';

/** One of so many waits for its first consent; people use the others. */
const UNUSED = 10;

/** Where it takes so long that somebody wonders. */
const LONG = 50_000;

const UNUSED_MS = DEFAULTS.clientUnusedTtlSeconds * 1000;
const IDLE_MS = DEFAULTS.clientIdleTtlSeconds * 1000;
/** More than are ever kept here. */
const BOUND = { max: 2_000_000, protectedMs: 0 };

export function isUsed(nth: number): boolean {
  return nth % UNUSED > 0;
}

export async function seedClients(store: Pick<Store, 'clients'>, count: number): Promise<void> {
  const told = progress(count);
  await forEach(numbers(count), async (nth) => {
    await seedClient(store, nth);
    told();
  });
}

async function seedClient({ clients }: Pick<Store, 'clients'>, nth: number): Promise<void> {
  const client = newClient(nth);
  const { outcome } = await clients.insert(client, UNUSED_MS, BOUND);
  if (outcome !== 'inserted') throw new Error(`a client is not kept: ${outcome}`);
  if (!isUsed(nth)) return;
  const record = await clients.find(client.client_id);
  if (!record) throw new Error('a client is not found');
  await clients.renew(record, IDLE_MS);
}

/** Each tenth is told. */
function progress(count: number): () => void {
  const started = performance.now();
  const step = Math.ceil(count / 10);
  let done = 0;
  return () => {
    done += 1;
    if (count < LONG || done % step > 0) return;
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.error(`seeded ${done} of ${count} clients in ${seconds} s`);
  };
}
