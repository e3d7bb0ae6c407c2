#!lua flags=no-writes
--[[
Which sessions to look at, because they may have ended.

KEYS  1 due       sorted set of handles, by the millisecond at which to look whether the session has ended
ARGV  1 most      whole number, 1 to 1000
REPLY handles
COST  O(log N + most); TIME, ZRANGE
NEEDS Redis 7.0
TRY   EVAL KEYS session:shop:{1}:due ARGV 100
]]
local most = tonumber(ARGV[1])
if not (most and most >= 1 and most <= 1000) then
    return redis.error_reply('BADARGUMENT most is not a whole number from 1 to 1000')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
return redis.call('ZRANGE', KEYS[1], '-inf', string.format('%.0f', now), 'BYSCORE', 'LIMIT', 0, most)
