/**
 * Transitions of an authorization grant: redeemed, rotated, revoked.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
 * @module
 */
import { LOAD_GRANT, script } from './script.ts';

/**
 * The tokens of the login elsewhere end with the grant. They are not there for anybody any more, but
 * stay for the usual minute, so that they can be revoked at the provider.
 */
const END_GRANT = `
local function end_grant(grant, upstream)
  local was_there = redis.call('DEL', grant) == 1
  expire(upstream, now)
  return was_there
end
`;

/** KEYS: grant, upstream tokens. ARGV: access lifetime, idle lifetime, how long a repetition is a double. */
export const REDEEM = script(
  'dcrRedeem',
  2,
  ['redeemed', 'doubled', 'replayed', 'gone'],
  LOAD_GRANT,
  END_GRANT,
  `
local grant = load_grant(KEYS[1])
if grant == nil then return answer('gone') end
if not grant then return answer('corrupt') end
if grant.over then return answer('gone') end

if grant.redeemed_at then
  if grant.redeemed_by == request_id then return answer('redeemed') end
  if now - grant.redeemed_at <= tonumber(ARGV[6]) then return answer('doubled') end
  end_grant(KEYS[1], KEYS[2])
  return answer('replayed')
end

local lifetime = tonumber(grant.refreshable and ARGV[5] or ARGV[4])
local expires_at = math.min(now + lifetime, grant.ends_at)
redis.call('HSET', KEYS[1], 'generation', '1', 'redeemed_at', digits(now),
  'redeemed_by', request_id, 'expires_at', digits(expires_at))
expire(KEYS[1], expires_at)
expire(KEYS[2], expires_at)
return answer('redeemed')
`,
);

/**
 * KEYS: grant, upstream tokens. ARGV: the generation presented, idle lifetime, grace; what is known of
 * the person, where it was sealed again.
 */
export const ROTATE = script(
  'dcrRotate',
  2,
  ['rotated', 'repeated', 'reused', 'gone'],
  LOAD_GRANT,
  END_GRANT,
  `
local presented, idle, grace = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local grant = load_grant(KEYS[1])
if grant == nil then return answer('gone') end
if not grant then return answer('corrupt') end
if grant.over or presented < 1 or grant.generation < 1 or not grant.refreshable then
  return answer('gone')
end
if grant.rotated_by == request_id then return answer('rotated', grant.generation) end

if presented < grant.generation then
  if presented == grant.generation - 1 and now <= grant.rotated_at + grace then
    if now >= grant.previous_ends_at then return answer('gone') end
    return answer('repeated', grant.generation)
  end
  end_grant(KEYS[1], KEYS[2])
  return answer('reused')
end

-- A newer generation than ours was ours once: a failover lost the write, and the record catches up.
local generation = presented + 1
local expires_at = math.min(now + idle, grant.ends_at)
redis.call('HSET', KEYS[1], 'generation', digits(generation), 'rotated_at', digits(now),
  'rotated_by', request_id, 'previous_ends_at', digits(grant.expires_at),
  'expires_at', digits(expires_at))
if ARGV[7] then redis.call('HSET', KEYS[1], 'claims', ARGV[7]) end
expire(KEYS[1], expires_at)
expire(KEYS[2], expires_at)
return answer('rotated', generation)
`,
);

/** KEYS: grant, upstream tokens. A record that nobody can read is removed like any other. */
export const REVOKE = script(
  'dcrRevoke',
  2,
  ['revoked', 'gone'],
  END_GRANT,
  `
return answer(end_grant(KEYS[1], KEYS[2]) and 'revoked' or 'gone')
`,
);
