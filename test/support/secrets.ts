/**
 * Looking for secrets where none may be: in log lines and in what Redis holds.
 */
import type { Redis } from 'ioredis';
import { CORNER } from './redis-url.ts';
import { currentTopology, onEveryServer } from './topology.ts';

/**
 * What secrets look like. Verifiers of the tests begin with a mark, for by nature they look like the
 * challenges that may be stored.
 */
const SECRETS: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  { name: 'authorization code', pattern: /\b[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b/ },
  { name: 'refresh token', pattern: /\b[A-Za-z0-9_-]{22}\.\d{1,9}\.[A-Za-z0-9_-]{43}\b/ },
  { name: 'signed token', pattern: /\beyJ[A-Za-z0-9_-]+\.eyJ/ },
  { name: 'code verifier', pattern: /verifier-of-a-test/ },
  { name: 'private key', pattern: /PRIVATE KEY|"d":"/ },
  { name: 'secret of the server', pattern: /a test secret that is long|a-secret-of-the-example/ },
  { name: 'password', pattern: /password=|"password"/ },
];

export const VERIFIER_MARK = 'verifier-of-a-test';

/** What the servers of this test file made that is as random as a secret: secrets of clients, browser ids. */
const made = new Set<string>();

/** Notes what is made, to look for it later. */
export function noted(randomBytes: (size: number) => Buffer): (size: number) => Buffer {
  return (size) => {
    const bytes = randomBytes(size);
    if (size === 32) made.add(bytes.toString('base64url'));
    return bytes;
  };
}

/** Notes a secret of 32 bytes in base64url that nobody's server made. */
export function noteSecret(secret: string): void {
  made.add(secret);
}

/** Each secret that is in a text, with the place where it is. */
export function secretsIn(texts: Iterable<readonly [place: string, text: string]>): string[] {
  const found: string[] = [];
  for (const [place, text] of texts) {
    for (const { name, pattern } of SECRETS) {
      if (pattern.test(text)) found.push(`${name} in ${place}`);
    }
    const isMade = (text.match(/[A-Za-z0-9_-]{43}/g) ?? []).some((word) => made.has(word));
    if (isMade) found.push(`random secret in ${place}`);
  }
  return found;
}

/** Every key and value that this test file has put into Redis. */
export async function redisContents(): Promise<[place: string, text: string][]> {
  return (await onEveryServer(contentsOf)).flat();
}

/** So that the next test file, and the search at its end, begins with nothing. */
export async function emptyRedis(): Promise<void> {
  // On a topology the files keep apart by their keys, and others are at work.
  if (!currentTopology()) await onEveryServer((redis) => redis.flushdb());
}

async function contentsOf(redis: Redis): Promise<[place: string, text: string][]> {
  const match = currentTopology() ? `${CORNER}*` : '*';
  const contents: [string, string][] = [];
  const stream = redis.scanStream({ match, count: 1000 }) as AsyncIterable<string[]>;
  for await (const keys of stream) {
    for (const key of keys) contents.push([key, `${key} ${await valueOf(redis, key)}`]);
  }
  return contents;
}

async function valueOf(redis: Redis, key: string): Promise<string> {
  switch (await redis.type(key)) {
    case 'string':
      return (await redis.get(key)) ?? '';
    case 'hash':
      return JSON.stringify(await redis.hgetall(key));
    case 'list':
      return JSON.stringify(await redis.lrange(key, 0, -1));
    case 'set':
      return JSON.stringify(await redis.smembers(key));
    case 'zset':
      return JSON.stringify(await redis.zrange(key, '0', '-1'));
    case 'none':
      // Expired since its name was read.
      return '';
    default:
      throw new Error(`a kind of value that nobody looks into: ${key}`);
  }
}
