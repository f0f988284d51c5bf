/**
 * Runs at the end of every test file on a topology: everything that it has left there goes away by
 * itself (REDIS-06), and nothing was asked for that the user may not do (REDIS-10).
 */
import { afterAll, expect } from '@jest/globals';
import type { Redis } from 'ioredis';
import { ask } from './redis-ask.ts';
import { CORNER } from './redis-url.ts';
import { noteSecret } from './secrets.ts';
import { currentTopology, onEveryServer } from './topology.ts';

/** Keys that have no expiry by design: the sealed signing keys, whose prefix it is, who is blocked. */
const PERMANENT: readonly RegExp[] = [/:keys$/, /:issuer$/, /:client-state:/];

const { places = [], user } = currentTopology() ?? {};
if (user) noteSecret(user.password);

afterAll(async () => {
  const permanent = (await onEveryServer(withoutExpiry)).flat();
  expect(permanent.filter((key) => !PERMANENT.some((name) => name.test(key)))).toEqual([]);
  for (const place of places) expect(await ask(place, 'ACL', 'LOG')).toEqual([]);
});

async function withoutExpiry(redis: Redis): Promise<string[]> {
  const permanent: string[] = [];
  const stream = redis.scanStream({ match: `${CORNER}*`, count: 1000 });
  for await (const keys of stream as AsyncIterable<string[]>) {
    for (const key of keys) if ((await redis.pttl(key)) === -1) permanent.push(key);
  }
  return permanent;
}
