#!lua
--[[
Writes a value only when nobody changed it since it was read.

KEYS  1 record    hash {v, d}: version and value
ARGV  1 expected  the version that was read; 0 to create what must not exist yet
      2 ttl       milliseconds the record lives from now; 0 leaves its TTL as it is
      3 value     the new bytes
REPLY {1, new version} written, {0, current version} refused; current version 0 means that the record does not exist
COST  O(1); HGET, HSET, PEXPIRE
NEEDS Redis 7.0
]]
local expected, ttl, value = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
if not expected or expected < 0 or expected > 9007199254740990 or expected ~= math.floor(expected) then
  return redis.error_reply('ERR expected must be a whole number, 0 or more')
end
if not ttl or ttl < 0 or ttl > 315360000000 or ttl ~= math.floor(ttl) then
  return redis.error_reply('ERR ttl must be a whole number of milliseconds, from 0 to ten years')
end
if not value then
  return redis.error_reply('ERR give the value')
end
local current = tonumber(redis.call('HGET', KEYS[1], 'v') or '0')
if current ~= expected then
  return {0, current}
end
redis.call('HSET', KEYS[1], 'v', string.format('%.0f', current + 1), 'd', value)
if ttl > 0 then
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ttl))
end
return {1, current + 1}
