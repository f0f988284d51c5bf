/**
 * Transitions of an authorization request: begun, allowed, denied. What comes between, when the login
 * is elsewhere, stands in login-scripts.ts.
 *
 * @module
 */
import { SCHEMA_VERSION } from '../store.ts';
import { LOAD_GRANT, script } from './script.ts';

/** `nil`: not there; `false`: not understood. */
export const LOAD_AUTHORIZATION = `
local function load_authorization(key)
  if redis.call('EXISTS', key) == 0 then return nil end
  local f = redis.call('HMGET', key, 'v', 'expires_at', 'decision', 'decided_by', 'attempt_state',
    'attempt_taken_by', 'login_person', 'login_tokens', 'login_by')
  local authorization = {
    expires_at = whole(f[2]), decision = f[3], decided_by = f[4], attempt_state = f[5],
    taken_by = f[6], person = f[7] or '', tokens = f[8] or '', logged_in_by = f[9],
  }
  local decision = authorization.decision
  local understood = f[1] == '${SCHEMA_VERSION}' and authorization.expires_at
    and (not decision or decision == 'allowed' or decision == 'denied')
    and (f[5] == false) == (f[6] == false)
    and (f[7] == false) == (f[8] == false) and (f[7] == false) == (f[9] == false)
  if not understood then return false end
  authorization.over = now >= authorization.expires_at
  return authorization
end
`;

/**
 * KEYS: authorization. ARGV: lifetime, the record without its times; of a login elsewhere that begins
 * with it, its state, name and secrets.
 */
export const INSERT_AUTHORIZATION = script(
  'dcrInsertAuthorization',
  1,
  ['inserted'],
  `
local ends_at, record, state = now + tonumber(ARGV[4]), ARGV[5], ARGV[6]
if redis.call('EXISTS', KEYS[1]) == 1 then
  local same = redis.call('HGET', KEYS[1], 'record') == record
    and (redis.call('HGET', KEYS[1], 'attempt_state') or nil) == state
  return answer(same and 'inserted' or 'taken')
end
redis.call('HSET', KEYS[1], 'v', '${SCHEMA_VERSION}', 'record', record,
  'created_at', digits(now), 'expires_at', digits(ends_at))
expire(KEYS[1], ends_at)
if state then
  redis.call('HSET', KEYS[1], 'attempt_state', state, 'attempt_upstream', ARGV[7],
    'attempt_secrets', ARGV[8], 'attempt_taken_by', '')
end
return answer('inserted')
`,
);

/**
 * KEYS: authorization, grant, upstream tokens. ARGV: lifetime of the code, longest lifetime of the
 * grant, subject, scope granted, who logged in elsewhere, then the fields of the grant without its times.
 */
export const ALLOW = script(
  'dcrAllow',
  3,
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
if authorization.over then return answer('gone') end
if authorization.decision == 'denied' then return answer('decided') end

local grant = load_grant(KEYS[2])
if grant == false then return answer('corrupt') end
if authorization.decision == 'allowed' then
  if not grant then return answer('gone') end
  local same = grant.subject == ARGV[6] and grant.granted == ARGV[7]
  if not same or grant.redeemed_at then return answer('decided') end
  return answer(grant.over and 'gone' or 'done')
end
if grant or authorization.person ~= ARGV[8] then return answer('decided') end

local ends_at = now + tonumber(ARGV[5])
local expires_at = math.min(now + tonumber(ARGV[4]), ends_at)
redis.call('HSET', KEYS[1], 'decision', 'allowed', 'decided_by', request_id)
redis.call('HSET', KEYS[2], 'v', '${SCHEMA_VERSION}', 'generation', '0', 'created_at', digits(now),
  'ends_at', digits(ends_at), 'expires_at', digits(expires_at), unpack(ARGV, 9))
expire(KEYS[2], expires_at)
if authorization.tokens ~= '' then
  redis.call('HSET', KEYS[3], 'v', '${SCHEMA_VERSION}', 'tokens', authorization.tokens)
  expire(KEYS[3], expires_at)
end
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
if authorization.over then return answer('gone') end
if authorization.decision == 'denied' then return answer('done') end
if authorization.decision == 'allowed' then return answer('decided') end
redis.call('HSET', KEYS[1], 'decision', 'denied', 'decided_by', request_id)
return answer('done')
`,
);
