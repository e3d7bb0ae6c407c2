#!lua flags=no-writes
--[[
Tells who is online by the server's clock.

KEYS  1 online    sorted set {member: last sign of life in ms}
ARGV  1 timeout   milliseconds of silence after which a member is offline, 1 or more
      2 most      members listed at most, 0 to 1000
      3 member    whose state is asked; may be empty
REPLY {members online, 1 when the member is online or 0, listed members, those seen last first}
COST  O(log N + most); TIME, ZCOUNT, ZSCORE, ZRANGE
NEEDS Redis 7.0
]]
local timeout, most, member = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] or ''
if not timeout or timeout < 1 then return redis.error_reply('ERR timeout is not a number of milliseconds') end
if not most or most < 0 or most > 1000 then return redis.error_reply('ERR most is not a number from 0 to 1000') end

local time = redis.call('TIME')
local oldest = string.format('%d', tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) - timeout)
local seen = tonumber(redis.call('ZSCORE', KEYS[1], member) or '-1')
local reply = {redis.call('ZCOUNT', KEYS[1], oldest, '+inf'), seen >= tonumber(oldest) and 1 or 0}
if most > 0 then
    for _, name in ipairs(redis.call('ZRANGE', KEYS[1], '+inf', oldest, 'BYSCORE', 'REV', 'LIMIT', 0, most)) do
        reply[#reply + 1] = name
    end
end
return reply
