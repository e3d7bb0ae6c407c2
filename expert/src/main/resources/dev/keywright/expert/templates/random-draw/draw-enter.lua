#!lua
--[[
Enters a member into a draw and gives the entries their end together, so none is kept for ever.

KEYS  1 entries   set of member ids
ARGV  1 member    not empty
      2 ttl       milliseconds the entries live from the first one, 1 or more
REPLY 1 entered, 0 was in already
COST  O(1); SADD, PTTL, PEXPIRE
NEEDS Redis 7.0
]]
local member, ttl = ARGV[1], tonumber(ARGV[2])
if not member or member == '' then return redis.error_reply('ERR member is empty') end
if not ttl or ttl < 1 or ttl > 315360000000 or ttl ~= math.floor(ttl) then
    return redis.error_reply('ERR ttl must be a whole number of milliseconds, from 1 to ten years')
end
local new = redis.call('SADD', KEYS[1], member)
if redis.call('PTTL', KEYS[1]) == -1 then redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ttl)) end
return new
