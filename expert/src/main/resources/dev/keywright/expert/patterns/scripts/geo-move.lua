#!lua
--[[
Stores a position and when it came, and drops members that have not reported for too long: geo members have no TTL of their own.

KEYS  1 where     geo set {member: position}
      2 seen      sorted set {member: last report in ms}
ARGV  1 member    not empty
      2 longitude degrees, -180 to 180
      3 latitude  degrees, -85.05112878 to 85.05112878
      4 stale     milliseconds after which a silent member is dropped, 1000 to ten years
REPLY {1 when the member is new or 0, members dropped}
COST  O(log N), at most 100 members dropped in one call; TIME, GEOADD, ZADD, ZRANGE, ZREM, PEXPIRE
NEEDS Redis 7.0
]]
local member, longitude, latitude, stale = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if not member or member == '' then return redis.error_reply('ERR member is empty') end
if not longitude or not (longitude >= -180 and longitude <= 180) then
    return redis.error_reply('ERR longitude is not from -180 to 180')
end
if not latitude or not (latitude >= -85.05112878 and latitude <= 85.05112878) then
    return redis.error_reply('ERR latitude is not from -85.05112878 to 85.05112878')
end
if not stale or stale ~= math.floor(stale) or stale < 1000 or stale > 315360000000 then
    return redis.error_reply('ERR stale is not a whole number of milliseconds from 1000 to ten years')
end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local added = redis.call('GEOADD', KEYS[1], string.format('%.17g', longitude), string.format('%.17g', latitude), member)
redis.call('ZADD', KEYS[2], 'GT', string.format('%d', now), member)
local silent = redis.call('ZRANGE', KEYS[2], '-inf', string.format('(%d', now - stale), 'BYSCORE', 'LIMIT', 0, 100)
if #silent > 0 then
    redis.call('ZREM', KEYS[1], unpack(silent))
    redis.call('ZREM', KEYS[2], unpack(silent))
end
redis.call('PEXPIRE', KEYS[1], string.format('%d', stale))
redis.call('PEXPIRE', KEYS[2], string.format('%d', stale))
return {added, #silent}
