#!lua
--[[
Gives the most urgent item to a worker under a lease. First puts items whose lease ran out back to the place they had.

KEYS  1 ready     sorted set {id: level * 10^13 + sequence}
      2 active    sorted set {id: end of lease in ms}
      3 body      hash {id: payload}
      4 place     hash {id: score in ready}, of active items
      5 tries     hash {id: times taken}
ARGV  1 lease     milliseconds the worker has, 1 to 86400000
      2 batch     items put back in one call at most, 1 to 1000
REPLY {id, payload, times taken}, empty when nothing waits
COST  O(batch * log N); TIME, ZRANGE, ZREM, ZADD, ZPOPMIN, HGET, HSET, HDEL, HINCRBY
NEEDS Redis 7.0
]]
local function whole(text, low, high)
    local n = tonumber(text)
    if not n or n ~= math.floor(n) or n < low or n > high then return nil end
    return n
end

local lease, batch = whole(ARGV[1], 1, 86400000), whole(ARGV[2], 1, 1000)
if not lease then return redis.error_reply('ERR lease is not a whole number of milliseconds from 1 to 86400000') end
if not batch then return redis.error_reply('ERR batch is not a whole number from 1 to 1000') end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

for _, id in ipairs(redis.call('ZRANGE', KEYS[2], '-inf', string.format('%d', now), 'BYSCORE', 'LIMIT', 0, batch)) do
    redis.call('ZREM', KEYS[2], id)
    redis.call('ZADD', KEYS[1], redis.call('HGET', KEYS[4], id) or '0', id)
    redis.call('HDEL', KEYS[4], id)
end

for _ = 1, batch do
    local first = redis.call('ZPOPMIN', KEYS[1])
    local id, score = first[1], first[2]
    if not id then break end
    local payload = redis.call('HGET', KEYS[3], id)
    if payload then -- a cancelled item has no payload any more; skip it
        redis.call('ZADD', KEYS[2], string.format('%d', now + lease), id)
        redis.call('HSET', KEYS[4], id, score)
        return {id, payload, redis.call('HINCRBY', KEYS[5], id, 1)}
    end
    redis.call('HDEL', KEYS[5], id)
end
return {}
