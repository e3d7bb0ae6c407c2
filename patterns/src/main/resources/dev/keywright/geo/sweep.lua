#!lua
--[[
Drops positions that are over, 100 at most.

KEYS  1 where     geo set {member: position}
      2 until     sorted set {member: ms of the server until which its position counts}
ARGV  1 most      whole number, 1 to 100
REPLY positions dropped
COST  O(M log N) for M positions; TIME, ZRANGE, ZREM
NEEDS Redis 7.0
TRY   EVAL KEYS geo:moving:{cars} geo:moving:{cars}:until ARGV 100
]]
local most = tonumber(ARGV[1])
if not (most and most >= 1 and most <= 100) then
    return redis.error_reply('BADARGUMENT the number of positions is not 1 to 100')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local over = redis.call('ZRANGE', KEYS[2], '-inf', string.format('%.0f', now), 'BYSCORE', 'LIMIT', 0, ARGV[1])
if #over > 0 then
    redis.call('ZREM', KEYS[1], unpack(over))
    redis.call('ZREM', KEYS[2], unpack(over))
end
return #over
