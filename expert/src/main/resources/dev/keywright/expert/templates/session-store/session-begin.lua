#!lua
--[[
Begins a session: stores its fields and its idle time together, so none is left without an end.

KEYS  1 session  hash, one field per attribute
ARGV  1 ttl      idle time in milliseconds, 1 or more
      2 pairs    field, value, field, value
REPLY 1 begun, 0 the id is taken
COST  O(fields); EXISTS, HSET, PEXPIRE
NEEDS Redis 7.0
]]
local ttl = tonumber(ARGV[1])
if not ttl or ttl < 1 or ttl > 315360000000 or ttl ~= math.floor(ttl) then
    return redis.error_reply('ERR ttl must be a whole number of milliseconds, from 1 to ten years')
end
if #ARGV < 3 or #ARGV % 2 == 0 or #ARGV > 1001 then
    return redis.error_reply('ERR fields and values do not pair up, or there are too many')
end
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ttl))
return 1
