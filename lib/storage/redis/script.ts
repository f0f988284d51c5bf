/**
 * Scripts: one for each transition, for Redis runs a script from start to end undisturbed.
 *
 * Redis takes nothing back when a script fails half-way. So every script checks everything first and
 * writes last, and of several writes the first is the one without which the others mean nothing.
 *
 * @module
 */
import { SCHEMA_VERSION } from '../store.ts';
import { GARBAGE_AFTER_MS } from './keys.ts';

/** Answers that any script may give: none of them changed anything. */
export type Refusal = 'late' | 'corrupt' | 'taken';

export interface Script<Tag extends string> {
  readonly name: string;
  readonly numberOfKeys: number;
  /** What it may answer besides a {@link Refusal}. */
  readonly tags: readonly Tag[];
  readonly lua: string;
}

/**
 * What every script begins with. `now` may be moved by a test; the deadline is measured with the
 * real clock, because it guards against a real delay.
 */
const PRELUDE = `
local time = redis.call('TIME')
local real = time[1] * 1000 + math.floor(time[2] / 1000)
local deadline, now, request_id = tonumber(ARGV[1]), real + tonumber(ARGV[2]), ARGV[3]

local function digits(number) return string.format('%.0f', number) end

local function whole(text)
  if text and #text <= 16 and string.match(text, '^%d+$') then return tonumber(text) end
end

local function answer(tag, ...)
  local reply = { digits(real), tag }
  for _, value in ipairs({ ... }) do table.insert(reply, digits(value)) end
  return reply
end

local function expire(key, ends_at)
  redis.call('PEXPIREAT', key, digits(ends_at + ${GARBAGE_AFTER_MS}))
end

-- The caller has given up long ago: nobody would learn what happened.
if real > deadline then return answer('late') end
`;

/** Reads what the transitions of a grant look at. `nil`: not there; `false`: not understood. */
export const LOAD_GRANT = `
local function load_grant(key)
  if redis.call('EXISTS', key) == 0 then return nil end
  local f = redis.call('HMGET', key, 'v', 'subject', 'refreshable', 'generation', 'ends_at',
    'expires_at', 'redeemed_at', 'redeemed_by', 'rotated_at', 'rotated_by', 'previous_ends_at',
    'granted')
  local grant = {
    subject = f[2], refreshable = f[3] == '1', generation = whole(f[4]), ends_at = whole(f[5]),
    expires_at = whole(f[6]), redeemed_at = whole(f[7]), redeemed_by = f[8],
    rotated_at = whole(f[9]), rotated_by = f[10], previous_ends_at = whole(f[11]), granted = f[12],
  }
  local understood = f[1] == '${SCHEMA_VERSION}' and grant.subject and (f[3] == '0' or f[3] == '1')
    and grant.generation and grant.ends_at and grant.expires_at
    and (f[7] == false or grant.redeemed_at) and (f[9] == false or grant.rotated_at)
    and (grant.generation > 0) == (f[7] ~= false)
    and (grant.generation < 2 or (grant.rotated_at and grant.previous_ends_at))
  if not understood then return false end
  grant.over = now >= grant.expires_at or now >= grant.ends_at
  return grant
end
`;

/** Sorted sets of ids by the ends of what they stand for. A set lives as long as its last member. */
export const INDEX = `
-- An end only moves on: of two writers that cross, the later one may know of the sooner end.
local function put(index, id, ends_at)
  redis.call('ZADD', index, 'GT', digits(ends_at), id)
  expire(index, tonumber(redis.call('ZRANGE', index, -1, -1, 'WITHSCORES')[2]))
end

-- Some at a time, so that no script is long; more leave with each script than come.
local function ended(index)
  return redis.call('ZRANGEBYSCORE', index, '-inf', digits(now), 'LIMIT', 0, 20)
end

local function drop(index, ids)
  if #ids > 0 then redis.call('ZREM', index, unpack(ids)) end
end
`;

/** Puts the prelude, and what else it needs, before the body of a script. */
export function script<const Tag extends string>(
  name: string,
  numberOfKeys: number,
  tags: readonly Tag[],
  ...parts: readonly string[]
): Script<Tag> {
  return { name, numberOfKeys, tags, lua: [PRELUDE, ...parts].join('') };
}
