/**
 * Transitions of an authorization request: begun, allowed, denied.
 *
 * @module
 */
import { SCHEMA_VERSION } from '../store.ts';
import { LOAD_GRANT, script } from './script.ts';

/** `nil`: not there; `false`: not understood. */
const LOAD_AUTHORIZATION = `
local function load_authorization(key)
  if redis.call('EXISTS', key) == 0 then return nil end
  local f = redis.call('HMGET', key, 'v', 'expires_at', 'decision', 'decided_by')
  local authorization = { expires_at = whole(f[2]), decision = f[3], decided_by = f[4] }
  local decision = authorization.decision
  local understood = f[1] == '${SCHEMA_VERSION}' and authorization.expires_at
    and (not decision or decision == 'allowed' or decision == 'denied')
  if not understood then return false end
  return authorization
end
`;

/** KEYS: authorization. ARGV: lifetime, the record without its times. */
export const INSERT_AUTHORIZATION = script(
  'dcrInsertAuthorization',
  1,
  ['inserted'],
  `
local ends_at, record = now + tonumber(ARGV[4]), ARGV[5]
if redis.call('EXISTS', KEYS[1]) == 1 then
  return answer(redis.call('HGET', KEYS[1], 'record') == record and 'inserted' or 'taken')
end
redis.call('HSET', KEYS[1], 'v', '${SCHEMA_VERSION}', 'record', record,
  'created_at', digits(now), 'expires_at', digits(ends_at))
expire(KEYS[1], ends_at)
return answer('inserted')
`,
);

/**
 * KEYS: authorization, grant. ARGV: lifetime of the code, longest lifetime of the grant, subject,
 * then the fields of the grant without its times.
 */
export const ALLOW = script(
  'dcrAllow',
  2,
  ['done', 'decided', 'gone'],
  LOAD_GRANT,
  LOAD_AUTHORIZATION,
  `
local authorization = load_authorization(KEYS[1])
if authorization == nil then return answer('gone') end
if not authorization then return answer('corrupt') end
if authorization.decision == 'allowed' and authorization.decided_by == request_id then
  return answer('done')
end
if now >= authorization.expires_at then return answer('gone') end
if authorization.decision == 'denied' then return answer('decided') end

local grant = load_grant(KEYS[2])
if grant == false then return answer('corrupt') end
if authorization.decision == 'allowed' then
  if not grant then return answer('gone') end
  if grant.subject ~= ARGV[6] or grant.redeemed_at then return answer('decided') end
  return answer(grant.over and 'gone' or 'done')
end
if grant then return answer('decided') end

local ends_at = now + tonumber(ARGV[5])
local expires_at = math.min(now + tonumber(ARGV[4]), ends_at)
redis.call('HSET', KEYS[1], 'decision', 'allowed', 'decided_by', request_id)
redis.call('HSET', KEYS[2], 'v', '${SCHEMA_VERSION}', 'generation', '0', 'created_at', digits(now),
  'ends_at', digits(ends_at), 'expires_at', digits(expires_at), unpack(ARGV, 7))
expire(KEYS[2], expires_at)
return answer('done')
`,
);

/** KEYS: authorization. */
export const DENY = script(
  'dcrDeny',
  1,
  ['done', 'decided', 'gone'],
  LOAD_AUTHORIZATION,
  `
local authorization = load_authorization(KEYS[1])
if authorization == nil then return answer('gone') end
if not authorization then return answer('corrupt') end
if authorization.decision == 'denied' and authorization.decided_by == request_id then
  return answer('done')
end
if now >= authorization.expires_at then return answer('gone') end
if authorization.decision == 'denied' then return answer('done') end
if authorization.decision == 'allowed' then return answer('decided') end
redis.call('HSET', KEYS[1], 'decision', 'denied', 'decided_by', request_id)
return answer('done')
`,
);
