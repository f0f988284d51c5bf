/**
 * Transitions of the login elsewhere that an authorization request waits for: begun, come back, done.
 *
 * @module
 */
import { LOAD_AUTHORIZATION } from './authorization-scripts.ts';
import { script } from './script.ts';

/** KEYS: authorization. ARGV: state, name and secrets of the attempt. */
export const BEGIN_LOGIN = script(
  'dcrBeginLogin',
  1,
  ['done', 'decided', 'gone'],
  LOAD_AUTHORIZATION,
  `
local authorization = load_authorization(KEYS[1])
if authorization == nil then return answer('gone') end
if not authorization then return answer('corrupt') end
if authorization.over then return answer('gone') end
if authorization.decision then return answer('decided') end
-- The same again: a state that has been used stays so.
if authorization.attempt_state == ARGV[4] then return answer('done') end
redis.call('HSET', KEYS[1], 'attempt_state', ARGV[4], 'attempt_upstream', ARGV[5],
  'attempt_secrets', ARGV[6], 'attempt_taken_by', '')
return answer('done')
`,
);

/** KEYS: authorization. ARGV: state. */
export const TAKE_LOGIN = script(
  'dcrTakeLogin',
  1,
  ['taken', 'gone'],
  LOAD_AUTHORIZATION,
  `
local authorization = load_authorization(KEYS[1])
if authorization == nil then return answer('gone') end
if not authorization then return answer('corrupt') end
if authorization.attempt_state ~= ARGV[4] then return answer('gone') end
if authorization.taken_by ~= '' then
  return answer(authorization.taken_by == request_id and 'taken' or 'gone')
end
if authorization.over or authorization.decision then return answer('gone') end
redis.call('HSET', KEYS[1], 'attempt_taken_by', request_id)
return answer('taken')
`,
);

/** KEYS: authorization. ARGV: name of the login, person, tokens or nothing. */
export const COMPLETE_LOGIN = script(
  'dcrCompleteLogin',
  1,
  ['done', 'decided', 'gone'],
  LOAD_AUTHORIZATION,
  `
local authorization = load_authorization(KEYS[1])
if authorization == nil then return answer('gone') end
if not authorization then return answer('corrupt') end
if authorization.logged_in_by == request_id then return answer('done') end
if authorization.over then return answer('gone') end
if authorization.decision then return answer('decided') end
redis.call('HSET', KEYS[1], 'login_upstream', ARGV[4], 'login_person', ARGV[5],
  'login_tokens', ARGV[6], 'login_by', request_id)
return answer('done')
`,
);
