/**
 * Remembered consents in Redis: a hash for each person and client, with a field for each target, and
 * for a person who ended all of them the moment when they did.
 *
 * @module
 */
import { requireDigest } from '../ids.ts';
import {
  SCHEMA_VERSION,
  type ConsentStore,
  type KeptConsent,
  type RememberedConsent,
} from '../store.ts';
import type { Commands } from './commands.ts';
import { GARBAGE_AFTER_MS, type Keys } from './keys.ts';
import { digest, digits, oneOf, optional, parseObject, text, whole } from './reading.ts';
import { script } from './script.ts';

/**
 * KEYS: consents. ARGV: lifetime, target, the record without its times, when the oldest of it was. A
 * target that has ended stays in the hash until the last one has; a client has no more of them than
 * redirect URIs and APIs.
 */
const REMEMBER = script(
  'dcrRemember',
  1,
  ['remembered'],
  `
local since = math.min(whole(ARGV[7]) or now, now)
local ends_at = since + tonumber(ARGV[4])
local left = redis.call('PTTL', KEYS[1])
redis.call('HSET', KEYS[1], ARGV[5], ARGV[6] .. ',"remembered_at":' .. digits(since)
  .. ',"expires_at":' .. digits(ends_at) .. '}')
if left < 0 or real + left < ends_at + ${GARBAGE_AFTER_MS} then expire(KEYS[1], ends_at) end
return answer('remembered')
`,
);

/**
 * KEYS: until when all is forgotten. ARGV: how long that is kept. The moment only moves on, and what is
 * not understood is written over: nothing that stands there keeps a person from it.
 */
const FORGET_ALL = script(
  'dcrForgetConsents',
  1,
  ['forgotten'],
  `
local before = redis.pcall('GET', KEYS[1])
local moment = math.max(type(before) == 'string' and whole(before) or 0, now)
redis.call('SET', KEYS[1], digits(moment))
expire(KEYS[1], moment + tonumber(ARGV[4]))
return answer('forgotten')
`,
);

interface Kept {
  readonly consent: KeptConsent;
  readonly expires_at: number;
}

export class RedisConsents implements ConsentStore {
  readonly #commands: Commands;
  readonly #keys: Keys;

  constructor(commands: Commands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async find(subjectDigest: string, clientDigest: string): Promise<readonly KeptConsent[]> {
    const key = this.#keys.consents(subjectDigest, clientDigest);
    const mark = this.#keys.forgottenConsents(subjectDigest);
    if (key === undefined || mark === undefined) return [];
    const [kept = [], forgotten = -1] = await Promise.all([
      this.#commands.hash(key, (fields) =>
        Object.entries(fields).map(([target, stored]) => parseConsent(target, stored)),
      ),
      this.#commands.text(mark, digits),
    ]);
    const now = this.#commands.now();
    return kept
      .filter((one) => now < one.expires_at)
      .map(({ consent }) => consent)
      .filter(({ remembered_at = 0 }) => forgotten < remembered_at);
  }

  async remember(
    subjectDigest: string,
    clientDigest: string,
    { target, scope, shown, since }: RememberedConsent,
    ttlMs: number,
  ): Promise<void> {
    for (const one of [subjectDigest, clientDigest, target, shown]) requireDigest(one);
    const record = JSON.stringify({ v: SCHEMA_VERSION, scope, shown }).slice(0, -1);
    await this.#commands.run({
      script: REMEMBER,
      keys: [this.#keys.consents(subjectDigest, clientDigest) ?? ''],
      args: [ttlMs, target, record, ...(since === undefined ? [] : [since])],
    });
  }

  async forget(subjectDigest: string, clientDigest: string): Promise<void> {
    const key = this.#keys.consents(subjectDigest, clientDigest);
    if (key !== undefined) await this.#commands.remove(key);
  }

  async forgetAll(subjectDigest: string, ttlMs: number): Promise<void> {
    requireDigest(subjectDigest);
    const key = this.#keys.forgottenConsents(subjectDigest) ?? '';
    await this.#commands.run({ script: FORGET_ALL, keys: [key], args: [ttlMs] });
  }
}

function parseConsent(target: string, stored: string): Kept {
  const record = parseObject(stored);
  oneOf(record['v'], SCHEMA_VERSION);
  return {
    consent: {
      target: digest(target),
      scope: text(record['scope']),
      shown: digest(record['shown']),
      ...optional(record, 'remembered_at', whole),
    },
    expires_at: whole(record['expires_at']),
  };
}
