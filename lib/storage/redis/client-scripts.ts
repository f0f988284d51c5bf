/**
 * Transitions of a registered client: registered, renewed.
 *
 * The record is one JSON text that ends with the two members that change, so that a script can put
 * others in their place without taking the rest apart: Lua's JSON makes an empty list an object.
 *
 * A record and the index that it stands in are in one slot, and change in one script.
 *
 * @module
 */
import { GARBAGE_AFTER_MS } from './keys.ts';
import { INDEX, script } from './script.ts';

/**
 * KEYS: client, index of the unused. ARGV: lifetime, the record without its end, the id, how many
 * unused ones there may be, how long one is protected.
 *
 * The records that are evicted are not among KEYS, for only the script learns which they are. They are
 * named as the new one is, in the same slot.
 */
export const INSERT_CLIENT = script(
  'dcrInsertClient',
  2,
  ['inserted', 'full'],
  INDEX,
  `
local ends_at, record, id = now + tonumber(ARGV[4]), ARGV[5], ARGV[6]
local max, protected = tonumber(ARGV[7]), tonumber(ARGV[8])
local stored = redis.call('GET', KEYS[1])
if stored then
  if string.sub(stored, 1, #record) == record then return answer('inserted', 0) end
  return answer('taken')
end

local leaving, evicted = ended(KEYS[2]), {}
local excess = redis.call('ZCARD', KEYS[2]) + 1 - #leaving - max
if excess > 0 then
  local first = #leaving
  local oldest = redis.call('ZRANGE', KEYS[2], first, first + math.min(excess, 20) - 1)
  for _, other in ipairs(oldest) do
    local key = string.sub(KEYS[1], 1, -#id - 1) .. other
    local text = redis.call('GET', key)
    local issued = text and string.match(text, '"client_id_issued_at":(%d+)')
    local age = now - (tonumber(issued) or 0) * 1000
    if text and age < protected then
      if #leaving == 0 then return answer('full', protected - age) end
      break
    end
    table.insert(leaving, other)
    -- One that a person uses can only stand here by a mistake of ours: it is not theirs to pay for.
    if not (text and string.sub(text, -12) == '"used":true}') then table.insert(evicted, key) end
  end
end

redis.call('SET', KEYS[1], record .. ',"expires_at":' .. digits(ends_at) .. ',"used":false}',
  'PXAT', digits(ends_at + ${GARBAGE_AFTER_MS}))
put(KEYS[2], id, ends_at)
drop(KEYS[2], leaving)
if #evicted > 0 then redis.call('DEL', unpack(evicted)) end
return answer('inserted', #evicted)
`,
);

/**
 * KEYS: client, index of the unused, index of the used. ARGV: lifetime, the end of the record as it was
 * read, its `expires_at`, the id.
 */
export const RENEW_CLIENT = script(
  'dcrRenewClient',
  3,
  ['renewed', 'changed', 'gone'],
  INDEX,
  `
local tail, read_end = ARGV[5], tonumber(ARGV[6])
-- Never sooner than was said before: a grant that counts on it may be older than the settings.
local ends_at = math.max(now + tonumber(ARGV[4]), read_end)
local stored = redis.call('GET', KEYS[1])
if not stored or now >= read_end then return answer('gone') end
if string.sub(stored, -#tail) ~= tail then return answer('changed') end
-- What is no index fails here, where nothing has been written.
redis.call('ZCARD', KEYS[2])
redis.call('ZCARD', KEYS[3])
local record = string.sub(stored, 1, -#tail - 1)
redis.call('SET', KEYS[1], record .. ',"expires_at":' .. digits(ends_at) .. ',"used":true}',
  'PXAT', digits(ends_at + ${GARBAGE_AFTER_MS}))
put(KEYS[3], ARGV[7], ends_at)
drop(KEYS[2], { ARGV[7] })
drop(KEYS[3], ended(KEYS[3]))
return answer('renewed')
`,
);
