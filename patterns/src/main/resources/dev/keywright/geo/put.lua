#!lua
--[[
Stores positions and until when they count, and drops positions that are over: members of a geo set have no TTL of their own.

KEYS  1 where     geo set {member: position}
      2 until     sorted set {member: ms of the server until which its position counts}
ARGV  1 ttl       ms, 1000 to 315360000000
      2 longitude degrees, -180 to 180; then latitude and member, and so on for each member, 1 to 50 of them
      3 latitude  degrees, -85.05112878 to 85.05112878
      4 member    bytes, not empty
      5.. more
REPLY positions dropped
COST  O(M log N) for M members and at most M + 20 that are over; TIME, ZRANGE, ZCARD, GEOADD, ZADD, PEXPIRE, ZREM
NEEDS Redis 7.0
TRY   EVAL KEYS geo:moving:{cars} geo:moving:{cars}:until ARGV 60000 13.361389 38.115556 car-1
]]
local ttl = tonumber(ARGV[1])
local count = (#ARGV - 1) / 3
if not (ttl and ttl >= 1000 and ttl <= 315360000000) or count ~= math.floor(count) or count < 1 or count > 50 then
    return redis.error_reply('BADARGUMENT the time to live or the number of arguments is out of its range')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
-- more than come, so that those who are put once and never again do not add up
local over = redis.call('ZRANGE', KEYS[2], '-inf', string.format('%.0f', now), 'BYSCORE', 'LIMIT', 0, count + 20)

local places, dates, till = {}, {}, string.format('%.0f', now + ttl)
for i = 2, #ARGV, 3 do
    places[#places + 1] = ARGV[i]
    places[#places + 1] = ARGV[i + 1]
    places[#places + 1] = ARGV[i + 2]
    dates[#dates + 1] = till
    dates[#dates + 1] = ARGV[i + 2]
end
redis.call('ZCARD', KEYS[1]) -- a key of another type is met before anything has changed
if #over > 0 then
    redis.call('ZREM', KEYS[1], unpack(over))
    redis.call('ZREM', KEYS[2], unpack(over))
end
redis.call('GEOADD', KEYS[1], unpack(places))
redis.call('ZADD', KEYS[2], unpack(dates))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[1])
return #over
