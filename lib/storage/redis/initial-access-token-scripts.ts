/**
 * Transitions of a minted initial access token: minted, used, given back, removed.
 *
 * @module
 */
import { SCHEMA_VERSION } from '../store.ts';
import { INDEX, script } from './script.ts';

/** A request id, and the comma behind it. */
const TAKER_LENGTH = 37;

/** As many uses can be given back; those before them stay taken. */
const MAX_TAKERS = 20;

/** Reads what the transitions look at. `nil`: not there, or over; `false`: not understood. */
const LOAD_TOKEN = `
local function load_token(key)
  if redis.call('EXISTS', key) == 0 then return nil end
  local f = redis.call('HMGET', key, 'v', 'left', 'expires_at', 'takers')
  local token = { left = whole(f[2]), expires_at = whole(f[3]), takers = f[4] }
  if f[1] ~= '${SCHEMA_VERSION}' or not (token.left and token.expires_at and token.takers) then
    return false
  end
  if now >= token.expires_at then return nil end
  return token
end
`;

/** KEYS: token, index. ARGV: lifetime, record, uses, digest, how many there may be. */
export const INSERT_TOKEN = script(
  'dcrInsertToken',
  2,
  ['inserted', 'full'],
  INDEX,
  `
local ends_at = now + tonumber(ARGV[4])
if redis.call('EXISTS', KEYS[1]) == 1 then return answer('taken') end
local leaving = ended(KEYS[2])
if redis.call('ZCARD', KEYS[2]) - #leaving >= tonumber(ARGV[8]) then return answer('full') end
redis.call('HSET', KEYS[1], 'v', '${SCHEMA_VERSION}', 'record', ARGV[5], 'left', ARGV[6],
  'takers', '', 'created_at', digits(now), 'expires_at', digits(ends_at))
expire(KEYS[1], ends_at)
put(KEYS[2], ARGV[7], ends_at)
drop(KEYS[2], leaving)
return answer('inserted', ends_at)
`,
);

/** KEYS: token. */
export const USE_TOKEN = script(
  'dcrUseToken',
  1,
  ['used', 'gone'],
  LOAD_TOKEN,
  `
local token = load_token(KEYS[1])
if token == false then return answer('corrupt') end
if not token then return answer('gone') end
if string.find(token.takers, request_id .. ',', 1, true) then return answer('used') end
if token.left < 1 then return answer('gone') end
local takers = string.sub(token.takers .. request_id .. ',', -${MAX_TAKERS * TAKER_LENGTH})
redis.call('HSET', KEYS[1], 'left', digits(token.left - 1), 'takers', takers)
return answer('used')
`,
);

/** KEYS: token. */
export const GIVE_BACK_TOKEN = script(
  'dcrGiveBackToken',
  1,
  ['given', 'gone'],
  LOAD_TOKEN,
  `
local token = load_token(KEYS[1])
if token == false then return answer('corrupt') end
if not token then return answer('gone') end
local first, last = string.find(token.takers, request_id .. ',', 1, true)
if not first then return answer('gone') end
local takers = string.sub(token.takers, 1, first - 1) .. string.sub(token.takers, last + 1)
redis.call('HSET', KEYS[1], 'left', digits(token.left + 1), 'takers', takers)
return answer('given')
`,
);

/** KEYS: token, index. ARGV: digest. Also one that cannot be read is removed. */
export const REMOVE_TOKEN = script(
  'dcrRemoveToken',
  2,
  ['removed', 'gone'],
  INDEX,
  `
local ends_at = whole(redis.call('HGET', KEYS[1], 'expires_at'))
local was = redis.call('DEL', KEYS[1])
drop(KEYS[2], { ARGV[4] })
if was == 0 or (ends_at and now >= ends_at) then return answer('gone') end
return answer('removed')
`,
);
