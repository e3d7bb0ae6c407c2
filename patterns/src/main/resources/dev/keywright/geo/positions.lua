#!lua flags=no-writes
--[[
The positions of members that still count.

KEYS  1 where     geo set {member: position}
      2 until     sorted set {member: ms of the server until which its position counts}
ARGV  1 members   bytes, not empty, 1 to 1000 of them
      2.. more
REPLY for each member {longitude, latitude}, or {}
COST  O(M) for M members; TIME, GEOPOS, ZMSCORE
NEEDS Redis 7.0
TRY   EVAL KEYS geo:moving:{cars} geo:moving:{cars}:until ARGV car-1 car-2
]]
if #ARGV < 1 or #ARGV > 1000 then
    return redis.error_reply('BADARGUMENT there are not 1 to 1000 members')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local places = redis.call('GEOPOS', KEYS[1], unpack(ARGV))
local dates = redis.call('ZMSCORE', KEYS[2], unpack(ARGV))
local reply = {}
for i = 1, #ARGV do
    reply[i] = places[i] and dates[i] and tonumber(dates[i]) > now and places[i] or {}
end
return reply
