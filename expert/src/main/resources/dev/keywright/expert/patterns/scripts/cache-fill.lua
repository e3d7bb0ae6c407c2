#!lua
--[[
Puts a loaded value into the cache, unless the entry was invalidated while it was being loaded.

KEYS  1 entry       string, the cached value
      2 generation  string, a random mark set by each invalidation; absent when there was none lately
ARGV  1 seen        the generation read together with the miss; - when it was absent
      2 ttl         milliseconds the entry lives, 1 or more
      3 value       the bytes to cache
REPLY 1 when stored, 0 when an invalidation came in between (do not cache, the value may be old)
COST  O(1); GET, SET
NEEDS Redis 7.0
]]
local seen, ttl, value = ARGV[1], tonumber(ARGV[2]), ARGV[3]
if not seen or not value then
  return redis.error_reply('ERR give seen, ttl and value')
end
if not ttl or ttl < 1 or ttl > 315360000000 or ttl ~= math.floor(ttl) then
  return redis.error_reply('ERR ttl must be a whole number of milliseconds, from 1 to ten years')
end
if (redis.call('GET', KEYS[2]) or '-') ~= seen then
  return 0
end
redis.call('SET', KEYS[1], value, 'PX', string.format('%.0f', ttl))
return 1
