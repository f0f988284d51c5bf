/**
 * Transitions of a registered client: registered, renewed, updated, removed.
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

/**
 * KEYS: client. ARGV: the record without its end, how often the one that was read had been updated, the
 * member with the note that was read.
 *
 * A record that brings the note which was read, where another one stands by now, is not kept: it has to
 * come with that one. What the store adds at the end is put behind it as it stands: a renewal since then is none of an
 * update's business, nor is an update a renewal.
 */
export const UPDATE_CLIENT = script(
  'dcrUpdateClient',
  1,
  ['updated', 'annotated', 'changed', 'gone'],
  `
local record, revision, read_note = ARGV[4], tonumber(ARGV[5]), ARGV[6]
local stored = redis.call('GET', KEYS[1])
if not stored then return answer('gone') end
local head, ends_at = string.match(stored, '^(.*),"expires_at":(%d+),"used":%a+}$')
if not head then return answer('corrupt') end
if now >= tonumber(ends_at) then return answer('gone') end
if head == record then return answer('updated') end
local is_read, read = pcall(cjson.decode, stored)
if not is_read then return answer('corrupt') end
if (read.revision or 0) ~= revision then return answer('changed') end
if string.find(record, read_note, 1, true) and not string.find(stored, read_note, 1, true) then
  return answer('annotated')
end
redis.call('SET', KEYS[1], record .. string.sub(stored, #head + 1), 'KEEPTTL')
return answer('updated')
`,
);

/**
 * KEYS: client. ARGV: the member with the new note, the member with the note that was read, how often the
 * client that was read had been updated.
 *
 * Only that member is put in the place of the other: the rest of the text stays as it is, byte by byte.
 */
export const ANNOTATE_CLIENT = script(
  'dcrAnnotateClient',
  1,
  ['annotated', 'changed', 'gone'],
  `
local note, read_note, revision = ARGV[4], ARGV[5], tonumber(ARGV[6])
local stored = redis.call('GET', KEYS[1])
if not stored then return answer('gone') end
local ends_at = string.match(stored, ',"expires_at":(%d+),"used":%a+}$')
local is_read, read = pcall(cjson.decode, stored)
if not ends_at or not is_read then return answer('corrupt') end
if now >= tonumber(ends_at) then return answer('gone') end
if (read.revision or 0) ~= revision then return answer('changed') end
if string.find(stored, note, 1, true) then return answer('annotated') end
local first, last = string.find(stored, read_note, 1, true)
if not first then return answer('changed') end
redis.call('SET', KEYS[1], string.sub(stored, 1, first - 1) .. note .. string.sub(stored, last + 1),
  'KEEPTTL')
return answer('annotated')
`,
);

/** KEYS: client, index of the unused, index of the used. ARGV: the id. */
export const REMOVE_CLIENT = script(
  'dcrRemoveClient',
  3,
  ['removed'],
  INDEX,
  `
-- What is no index fails here, where nothing has been written.
redis.call('ZCARD', KEYS[2])
redis.call('ZCARD', KEYS[3])
redis.call('DEL', KEYS[1])
drop(KEYS[2], { ARGV[4] })
drop(KEYS[3], { ARGV[4] })
return answer('removed')
`,
);
