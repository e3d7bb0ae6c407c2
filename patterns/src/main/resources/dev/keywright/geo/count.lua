#!lua flags=no-writes
--[[
How many positions count at this moment.

KEYS  1 until     sorted set {member: ms of the server until which its position counts}
ARGV  1 layout    1, of the keys
REPLY members
COST  O(log N); TIME, ZCOUNT
NEEDS Redis 7.0
TRY   EVAL KEYS geo:moving:{cars}:until ARGV 1
]]
if ARGV[1] ~= '1' then
    return redis.error_reply('BADARGUMENT the layout is not known')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
return redis.call('ZCOUNT', KEYS[1], '(' .. string.format('%.0f', now), '+inf')
