#!lua
--[[
Gives a session a place in an index, if there is one or one can be made. Who loses its place for it is remembered until its session has
been deleted; that must be done before the session that asked gets the value of the index. Safe to send twice.

KEYS  1 index     sorted set of handles, by the millisecond at which the lifetime of the session ends
      2 displaced sorted set of the same, of those whose sessions are to be deleted
ARGV  1 handle    text, not empty
      2 ends      whole number, 1 to 9007199254740991; end of its lifetime, in ms
      3 most      whole number, 0 to 1000; places, 0 for any number
      4 full      one of ask, end, refuse; what to do when there is no place
      5.. dead    handles of sessions that have ended; may be left out
REPLY {'in', handles to delete, at most 100}; {'full', handles that have a place, when it was to ask}
COST  O(dead + places); TIME, ZCARD, ZREM, ZRANGE, ZSCORE, ZADD, PEXPIREAT; of those whose lifetime is over it removes 100 at most
NEEDS Redis 7.0
TRY   EVAL KEYS session:shop:{user=ann}:index session:shop:{user=ann}:displaced ARGV ABCDEFGHIJKLMNOP 32503680000000 3 end
]]
local SLACK = 60000 -- the clocks of two nodes may differ by that
local handle, most, full = ARGV[1], tonumber(ARGV[3]), ARGV[4]
if not (string.find(ARGV[2], '^%d+$') and most and most >= 0 and most <= 1000) or full ~= 'ask' and full ~= 'end' and full ~= 'refuse' then
    return redis.error_reply('BADARGUMENT the end, the number of places or what to do is not known')
end
local function enter(key, score, member)
    redis.call('ZADD', key, score, member)
    local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
    redis.call('PEXPIREAT', key, string.format('%.0f', tonumber(last[2]) + SLACK))
end

local pending = redis.call('ZCARD', KEYS[2]) -- a key of another type is met before anything has changed
local place = redis.call('ZSCORE', KEYS[1], handle)
for i = 5, #ARGV do
    redis.call('ZREM', KEYS[1], ARGV[i])
end
local time = redis.call('TIME')
local over = string.format('%.0f', tonumber(time[1]) * 1000 - SLACK)
for i = 1, 2 do
    local gone = redis.call('ZRANGE', KEYS[i], '-inf', over, 'BYSCORE', 'LIMIT', 0, 100)
    if #gone > 0 then
        redis.call('ZREM', KEYS[i], unpack(gone))
    end
end

local excess = redis.call('ZCARD', KEYS[1]) - most + (place and 0 or 1)
if most > 0 and excess > 0 and (full == 'end' or not place) then
    if full == 'ask' then
        return {'full', unpack(redis.call('ZRANGE', KEYS[1], 0, most + 99))}
    elseif full == 'refuse' then
        return {'full'}
    end
    local oldest = redis.call('ZRANGE', KEYS[1], 0, math.min(excess, 100), 'WITHSCORES')
    for i = 1, #oldest, 2 do
        if oldest[i] ~= handle and excess > 0 then
            enter(KEYS[2], oldest[i + 1], oldest[i])
            redis.call('ZREM', KEYS[1], oldest[i])
            excess = excess - 1
            pending = pending + 1
        end
    end
end
enter(KEYS[1], ARGV[2], handle)
if pending == 0 then
    return {'in'}
end
return {'in', unpack(redis.call('ZRANGE', KEYS[2], 0, 99))}
