#!lua flags=no-writes
--[[
Some users that are online at this moment, those first whose last heartbeat is the latest.

KEYS  1 online    sorted set {user: ms of the server until which the user is online}
ARGV  1 most      whole number, 1 to 1000
REPLY {user, ...}
COST  O(log N + M) for M users; TIME, ZRANGE
NEEDS Redis 7.0
TRY   EVAL KEYS presence:{room} ARGV 100
]]
local most = tonumber(ARGV[1])
if not (most and most >= 1 and most <= 1000) then
    return redis.error_reply('BADARGUMENT the number of users is not 1 to 1000')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
return redis.call('ZRANGE', KEYS[1], '+inf', '(' .. string.format('%.0f', now), 'BYSCORE', 'REV', 'LIMIT', 0, ARGV[1])
