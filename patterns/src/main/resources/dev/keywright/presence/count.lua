#!lua flags=no-writes
--[[
How many users are online at this moment; who is over and not swept yet does not count.

KEYS  1 online    sorted set {user: ms of the server until which the user is online}
ARGV  1 layout    1, of the keys
REPLY users online
COST  O(log N); TIME, ZCOUNT
NEEDS Redis 7.0
TRY   EVAL KEYS presence:{room} ARGV 1
]]
if ARGV[1] ~= '1' then
    return redis.error_reply('BADARGUMENT the layout is not known')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
return redis.call('ZCOUNT', KEYS[1], '(' .. string.format('%.0f', now), '+inf')
