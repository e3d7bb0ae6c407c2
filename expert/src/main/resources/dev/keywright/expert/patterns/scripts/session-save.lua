#!lua
--[[
Changes fields of a session that still exists and starts its idle time anew; never brings an ended session back.

KEYS  1 session  hash, one field per attribute
ARGV  1 ttl      idle time in milliseconds, 1 or more
      2 fields   how many field and value pairs follow, 0 to only touch the session
      3 pairs    field, value, field, value; then the fields to remove, if any
REPLY 1 saved, 0 the session has ended: send the user to the login
COST  O(fields changed); EXISTS, HSET, HDEL, HSETNX, PEXPIRE
NEEDS Redis 7.0
]]
local ttl, fields = tonumber(ARGV[1]), tonumber(ARGV[2])
if not ttl or ttl < 1 or ttl > 315360000000 or ttl ~= math.floor(ttl) then
  return redis.error_reply('ERR ttl must be a whole number of milliseconds, from 1 to ten years')
end
if not fields or fields < 0 or fields ~= math.floor(fields) or #ARGV < 2 + 2 * fields then
  return redis.error_reply('ERR fields must be the number of pairs that follow')
end
if #ARGV > 1000 then
  return redis.error_reply('ERR too many fields for one session')
end
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
if fields > 0 then
  redis.call('HSET', KEYS[1], unpack(ARGV, 3, 2 + 2 * fields))
end
if #ARGV > 2 + 2 * fields then
  redis.call('HDEL', KEYS[1], unpack(ARGV, 3 + 2 * fields))
end
-- Removing the last field would remove the key; a session always keeps one.
redis.call('HSETNX', KEYS[1], 'alive', '1')
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ttl))
return 1
