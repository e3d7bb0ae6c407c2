#!lua
--[[
Writes a cached row only when its version is newer than the cached one, so writers may arrive in any order.

KEYS  1 entry    hash {v, d}: version and value; only v when the row was deleted
ARGV  1 version  the row's version from the database, a whole number from 1 to 2^53
      2 ttl      milliseconds the entry lives, 1 or more
      3 value    the bytes to cache; leave it out to note that the row was deleted
REPLY {1, version} written, {0, version} an equal or newer version was there already
COST  O(1); HGET, HSET, HDEL, PEXPIRE
NEEDS Redis 7.0
]]
local version, ttl, value = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
if not version or version < 1 or version > 9007199254740992 or version ~= math.floor(version) then
  return redis.error_reply('ERR version must be a whole number from 1 to 2^53')
end
if not ttl or ttl < 1 or ttl > 315360000000 or ttl ~= math.floor(ttl) then
  return redis.error_reply('ERR ttl must be a whole number of milliseconds, from 1 to ten years')
end
local cached = tonumber(redis.call('HGET', KEYS[1], 'v') or '0')
if version <= cached then
  return {0, cached}
end
redis.call('HSET', KEYS[1], 'v', string.format('%.0f', version))
if value then
  redis.call('HSET', KEYS[1], 'd', value)
else
  redis.call('HDEL', KEYS[1], 'd')
end
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ttl))
return {1, version}
