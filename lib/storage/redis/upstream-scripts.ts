/**
 * Transitions of the tokens of a login elsewhere: locked, replaced, unlocked.
 *
 * @module
 */
import { SCHEMA_VERSION } from '../store.ts';
import { LOAD_GRANT, script } from './script.ts';

/** Who holds the lock, if anybody does. A lock that nobody can read holds nobody up. */
const LOCK_OWNER = `
local function lock_owner(key)
  local f = redis.call('HMGET', key, 'owner', 'expires_at')
  if now < (whole(f[2]) or 0) then return f[1] end
end
`;

/** KEYS: lock. ARGV: owner, lifetime. */
export const LOCK_UPSTREAM = script(
  'dcrLockUpstream',
  1,
  ['locked', 'held'],
  LOCK_OWNER,
  `
local owner = lock_owner(KEYS[1])
if owner then return answer(owner == ARGV[4] and 'locked' or 'held') end
local ends_at = now + tonumber(ARGV[5])
redis.call('HSET', KEYS[1], 'v', '${SCHEMA_VERSION}', 'owner', ARGV[4],
  'expires_at', digits(ends_at))
expire(KEYS[1], ends_at)
return answer('locked')
`,
);

/** KEYS: lock. ARGV: owner. */
export const UNLOCK_UPSTREAM = script(
  'dcrUnlockUpstream',
  1,
  ['unlocked'],
  LOCK_OWNER,
  `
if lock_owner(KEYS[1]) == ARGV[4] then redis.call('DEL', KEYS[1]) end
return answer('unlocked')
`,
);

/** KEYS: upstream tokens, lock, grant. ARGV: owner, tokens. */
export const REPLACE_UPSTREAM = script(
  'dcrReplaceUpstream',
  3,
  ['done', 'lost', 'gone'],
  LOAD_GRANT,
  LOCK_OWNER,
  `
local grant = load_grant(KEYS[3])
if grant == nil then return answer('gone') end
if not grant then return answer('corrupt') end
if grant.over or redis.call('EXISTS', KEYS[1]) == 0 then return answer('gone') end
local f = redis.call('HMGET', KEYS[1], 'v', 'replaced_by')
if f[1] ~= '${SCHEMA_VERSION}' then return answer('corrupt') end
if f[2] == request_id then return answer('done') end
if lock_owner(KEYS[2]) ~= ARGV[4] then return answer('lost') end
redis.call('HSET', KEYS[1], 'tokens', ARGV[5], 'replaced_by', request_id)
redis.call('DEL', KEYS[2])
return answer('done')
`,
);
