/**
 * Whether the Redis user may do everything that the store asks for, without doing any of it.
 *
 * @see https://redis.io/docs/latest/develop/programmability/lua-api/#redis.acl_check_cmd
 * @module
 */

/**
 * ARGV: a key with the prefix of the store. Answers the first command that is not permitted on it,
 * or nothing.
 *
 * By its first line it is a script that may write, and then it writes nothing. So Redis refuses it
 * before it runs, for every reason for which it would refuse a transition: memory, role, replicas, disk.
 */
export const PERMISSION_PROBE = `#!lua
local key = ARGV[1]
local commands = {
  { 'get', key }, { 'mget', key }, { 'set', key, '' }, { 'exists', key }, { 'del', key },
  { 'hget', key, '' }, { 'hmget', key, '' }, { 'hgetall', key }, { 'hset', key, '', '' },
  { 'hdel', key, '' }, { 'pexpireat', key, '1' }, { 'expire', key, '1' }, { 'pttl', key }, { 'incrby', key, '1' },
  { 'zadd', key, '1', '' }, { 'zrem', key, '' }, { 'zcard', key }, { 'zcount', key, '0', '1' },
  { 'zrange', key, '0', '0' }, { 'zrangebyscore', key, '0', '1' },
  { 'evalsha', '', '0' },
}
for _, command in ipairs(commands) do
  if not redis.acl_check_cmd(unpack(command)) then return command[1] end
end
return ''
`;
