#!lua
--[[
Changes a value and notes the change for the database, both or neither.

KEYS  1 entry    hash {v, d}: version and value; only v after a removal
      2 log      stream of changes that the database has not seen, read by a consumer group
ARGV  1 action   put or remove
      2 ttl      milliseconds the entry lives; far longer than the longest outage of the database
      3 backlog  most changes that may wait, 1 or more; above it the change is refused
      4 value    put: the bytes
REPLY {1, version} accepted, {0, waiting changes} refused because the database is too far behind
COST  O(1); XLEN, TIME, HGET, HSET, HDEL, PEXPIRE, XADD
NEEDS Redis 7.0
]]
local action, ttl, backlog, value = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
if action ~= 'put' and action ~= 'remove' then
  return redis.error_reply('ERR action must be put or remove')
end
if action == 'put' and not value then
  return redis.error_reply('ERR give the value')
end
if not ttl or ttl < 1 or ttl > 315360000000 or ttl ~= math.floor(ttl) then
  return redis.error_reply('ERR ttl must be a whole number of milliseconds, from 1 to ten years')
end
if not backlog or backlog < 1 or backlog ~= math.floor(backlog) then
  return redis.error_reply('ERR backlog must be a whole number, 1 or more')
end
local waiting = redis.call('XLEN', KEYS[2])
if waiting >= backlog then
  return {0, waiting}
end
-- The clock keeps versions rising after an entry expired; the last version keeps them rising when the clock steps back.
local now = redis.call('TIME')
local version = math.max(now[1] * 1000000 + now[2], tonumber(redis.call('HGET', KEYS[1], 'v') or '0') + 1)
local text = string.format('%.0f', version)
redis.call('HSET', KEYS[1], 'v', text)
if action == 'put' then
  redis.call('HSET', KEYS[1], 'd', value)
  redis.call('XADD', KEYS[2], '*', 'k', KEYS[1], 'v', text, 'op', 'put', 'd', value)
else
  redis.call('HDEL', KEYS[1], 'd')
  redis.call('XADD', KEYS[2], '*', 'k', KEYS[1], 'v', text, 'op', 'remove')
end
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ttl))
return {1, version}
