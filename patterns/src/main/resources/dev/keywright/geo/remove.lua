#!lua
--[[
Removes members.

KEYS  1 where     geo set {member: position}
      2 until     sorted set {member: ms of the server until which its position counts}
ARGV  1 members   bytes, not empty, 1 to 1000 of them
      2.. more
REPLY members whose position counted until now
COST  O(M log N) for M members; TIME, ZMSCORE, ZREM
NEEDS Redis 7.0
TRY   EVAL KEYS geo:moving:{cars} geo:moving:{cars}:until ARGV car-1 car-2
]]
if #ARGV < 1 or #ARGV > 1000 then
    return redis.error_reply('BADARGUMENT there are not 1 to 1000 members')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local dates = redis.call('ZMSCORE', KEYS[2], unpack(ARGV))
redis.call('ZREM', KEYS[1], unpack(ARGV))
redis.call('ZREM', KEYS[2], unpack(ARGV))
local counted = 0
for i = 1, #ARGV do
    if dates[i] and tonumber(dates[i]) > now then
        counted = counted + 1
    end
end
return counted
