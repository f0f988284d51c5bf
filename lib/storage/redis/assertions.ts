/**
 * Used assertions in Redis: a key for each, which holds its end.
 *
 * @module
 */
import { requireDigest } from '../ids.ts';
import type { AssertionStore } from '../store.ts';
import type { Commands } from './commands.ts';
import type { Keys } from './keys.ts';
import { script } from './script.ts';

/** KEYS: assertion. ARGV: lifetime. One that nobody can read counts as used, for as long as it is there. */
const USE = script(
  'dcrUseAssertion',
  1,
  ['used', 'used before'],
  `
local kept = redis.call('GET', KEYS[1])
if kept and now < (whole(kept) or now + 1) then return answer('used before') end
local ends_at = now + tonumber(ARGV[4])
redis.call('SET', KEYS[1], digits(ends_at))
expire(KEYS[1], ends_at)
return answer('used')
`,
);

export class RedisAssertions implements AssertionStore {
  readonly #commands: Commands;
  readonly #keys: Keys;

  constructor(commands: Commands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async use(digest: string, ttlMs: number): Promise<boolean> {
    requireDigest(digest);
    const { tag } = await this.#commands.run({
      script: USE,
      keys: [this.#keys.assertion(digest) ?? ''],
      args: [ttlMs],
    });
    return tag === 'used';
  }
}
