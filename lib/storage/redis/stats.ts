/**
 * Counts in Redis: a hash for each hour.
 *
 * @module
 */
import { hourOf, HOUR_MS, lastHours, MAX_COUNTERS, requireCounts } from '../stats-store.ts';
import type { Counts, HourOfCounts, StatsStore } from '../stats-store.ts';
import type { Commands } from './commands.ts';
import type { Keys } from './keys.ts';
import { digits } from './reading.ts';
import { script } from './script.ts';

/** Asked for together: a month of hours would be one long breath of the server. */
const READ_AT_ONCE = 100;

/** KEYS: the hour. ARGV: its end, how many names there may be, then a name and a count, and so on. */
const ADD = script(
  'dcrAddStats',
  1,
  ['added'],
  `
local ends_at, max = tonumber(ARGV[4]), tonumber(ARGV[5])
local names = #redis.call('HGETALL', KEYS[1]) / 2
local sums = {}
for i = 6, #ARGV, 2 do
  local stored = redis.call('HGET', KEYS[1], ARGV[i])
  local before = whole(stored or '0')
  if not before then return answer('corrupt') end
  if not stored then names = names + 1 end
  if stored or names <= max then
    table.insert(sums, { ARGV[i], digits(before + tonumber(ARGV[i + 1])) })
  end
end
for _, sum in ipairs(sums) do redis.call('HSET', KEYS[1], sum[1], sum[2]) end
expire(KEYS[1], ends_at)
return answer('added')
`,
);

export class RedisStats implements StatsStore {
  readonly #commands: Commands;
  readonly #keys: Keys;

  constructor(commands: Commands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async add(counts: Counts): Promise<void> {
    requireCounts(counts);
    const { begins_at, kept_until } = hourOf(this.#commands.now());
    await this.#commands.run({
      script: ADD,
      keys: [this.#keys.stats(begins_at / HOUR_MS)],
      args: [kept_until, MAX_COUNTERS, ...Object.entries(counts).flat()],
    });
  }

  async read(hours: number): Promise<readonly HourOfCounts[]> {
    const wanted = lastHours(this.#commands.now(), hours);
    const found: HourOfCounts[] = [];
    for (let at = 0; at < wanted.length; at += READ_AT_ONCE) {
      const read = wanted.slice(at, at + READ_AT_ONCE).map(async (begins_at) => {
        const counts = await this.#commands.hash(this.#keys.stats(begins_at / HOUR_MS), countsOf);
        return counts ? [{ begins_at, counts }] : [];
      });
      found.push(...(await Promise.all(read)).flat());
    }
    return found;
  }
}

function countsOf(fields: Record<string, string>): Counts {
  return Object.fromEntries(Object.entries(fields).map(([name, sum]) => [name, digits(sum)]));
}
