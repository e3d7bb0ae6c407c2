#!lua
--[[
Gives back permits that were granted and not used, without letting any limit grant more than it would have without them.
A bucket gets back only what time has not refilled since; a window or log only what it still counts.

KEYS  1.. one per limit: as fixed-window.lua, sliding-log.lua, sliding-counter.lua, token-bucket.lua keep it
ARGV  1 permits   to give back to each limit
      2 granted   server time of the grant, microseconds
      3.. four per limit: fixed, log, counter or bucket; permits; window in microseconds; capacity
REPLY 1
COST  O(1), for a log O(log(permits) + given back); TIME, GET, SET, ZRANGE, ZREM
NEEDS Redis 7.0
TRY   EVAL KEYS rl:{1001} ARGV 1 1700000000000000 counter 100 60000000 100
]]
local permits, granted = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local clock = time[1] * 1000000 + time[2]

local function numbers(key)
    local found = {}
    for number in string.gmatch(redis.call('GET', key) or '', '%d+') do
        found[#found + 1] = tonumber(number)
    end
    return found
end

local function put(key, format, ...)
    redis.call('SET', key, string.format(format, ...), 'XX', 'KEEPTTL')
end

local kinds = {}

function kinds.fixed(key, _, window)
    local used, opened, known = unpack(numbers(key))
    if used and granted >= opened and granted < opened + window then
        put(key, '%d %d %d', math.max(0, used - permits), opened, known)
    end
end

function kinds.counter(key, _, window)
    local count, before, opened, known = unpack(numbers(key))
    if count and granted >= opened and granted < opened + window then
        put(key, '%d %d %d %d', math.max(0, count - permits), before, opened, known)
    elseif count and granted >= opened - window and granted < opened then
        put(key, '%d %d %d %d', count, math.max(0, before - permits), opened, known)
    end
end

function kinds.bucket(key, rate, window)
    local debt, at, known = unpack(numbers(key))
    if debt then
        local now = math.max(clock, at)
        local owed = math.max(0, permits * window - math.max(0, now - granted) * rate)
        put(key, '%d %d %d', math.max(0, debt - math.floor(owed / window * known)), at, known)
    end
end

function kinds.log(key)
    for first = 1, permits, 1000 do
        local batch = math.min(1000, permits - first + 1)
        local members = redis.call('ZRANGE', key, granted, granted, 'BYSCORE', 'LIMIT', 0, batch)
        if #members > 0 then
            redis.call('ZREM', key, unpack(members))
        end
    end
end

for i = 1, (#ARGV - 2) / 4 do
    kinds[ARGV[4 * i - 1]](KEYS[i], tonumber(ARGV[4 * i]), tonumber(ARGV[4 * i + 1]))
end
return 1
