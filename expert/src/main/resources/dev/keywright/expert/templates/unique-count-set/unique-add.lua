#!lua
--[[
Adds members to a set and gives it its end together, so no counter is kept for ever.

KEYS  1 counter   set
ARGV  1 ttl       milliseconds the counter lives from its first member, 1 or more
      2.. members
REPLY how many members are new
COST  O(members); SADD, PTTL, PEXPIRE
NEEDS Redis 7.0
]]
local ttl = tonumber(ARGV[1])
if not ttl or ttl < 1 or ttl > 315360000000 or ttl ~= math.floor(ttl) then
    return redis.error_reply('ERR ttl must be a whole number of milliseconds, from 1 to ten years')
end
if #ARGV < 2 or #ARGV > 5001 then return redis.error_reply('ERR give 1 to 5000 members') end
local new = redis.call('SADD', KEYS[1], unpack(ARGV, 2))
if redis.call('PTTL', KEYS[1]) == -1 then redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ttl)) end
return new
