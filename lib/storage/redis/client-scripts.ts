/**
 * Transitions of a registered client: registered, renewed.
 *
 * The record is one JSON text that ends with the two members that change, so that a script can put
 * others in their place without taking the rest apart: Lua's JSON makes an empty list an object.
 *
 * @module
 */
import { GARBAGE_AFTER_MS } from './keys.ts';
import { script } from './script.ts';

/** KEYS: client. ARGV: lifetime, the record without its end. */
export const INSERT_CLIENT = script(
  'dcrInsertClient',
  1,
  ['inserted'],
  `
local ends_at, record = now + tonumber(ARGV[4]), ARGV[5]
local stored = redis.call('GET', KEYS[1])
if stored then
  return answer(string.sub(stored, 1, #record) == record and 'inserted' or 'taken')
end
redis.call('SET', KEYS[1], record .. ',"expires_at":' .. digits(ends_at) .. ',"used":false}',
  'PXAT', digits(ends_at + ${GARBAGE_AFTER_MS}))
return answer('inserted')
`,
);

/** KEYS: client. ARGV: lifetime, the end of the record as it was read, its `expires_at`. */
export const RENEW_CLIENT = script(
  'dcrRenewClient',
  1,
  ['renewed', 'changed', 'gone'],
  `
local ends_at, tail, read_end = now + tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6])
local stored = redis.call('GET', KEYS[1])
if not stored or now >= read_end then return answer('gone') end
if string.sub(stored, -#tail) ~= tail then return answer('changed') end
local record = string.sub(stored, 1, -#tail - 1)
redis.call('SET', KEYS[1], record .. ',"expires_at":' .. digits(ends_at) .. ',"used":true}',
  'PXAT', digits(ends_at + ${GARBAGE_AFTER_MS}))
return answer('renewed')
`,
);
