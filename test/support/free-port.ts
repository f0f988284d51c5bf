/**
 * Ports of the loopback interface on which nobody listens.
 *
 * They lie below those that the system takes for outgoing connections, so that a server that was
 * killed finds its port free when it comes back.
 *
 * @module
 */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const FIRST = 14_000;
const LAST = 22_000;
const ATTEMPTS = 50;

/** Workers of one run are at work at once; each takes its ports from a part of its own. */
const PARTS = 8;
const PART = (LAST - FIRST) / PARTS;
const OURS = FIRST + PART * (Number(process.env['JEST_WORKER_ID'] ?? 0) % PARTS);

/** Who was given one may not listen there yet. */
const given = new Set<number>();

/** The bus of a node of a Redis Cluster listens so far above its port. */
export const CLUSTER_BUS = 10_000;

/** @param alsoAt - Distances above the port at which nobody may listen either. */
export async function freePort(alsoAt: readonly number[] = []): Promise<number> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const port = randomInt(OURS, OURS + PART);
    if (given.has(port)) continue;
    const free = await Promise.all([0, ...alsoAt].map((distance) => isFree(port + distance)));
    if (!free.every(Boolean) || given.has(port)) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no free port between ${String(OURS)} and ${String(OURS + PART)}`);
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
