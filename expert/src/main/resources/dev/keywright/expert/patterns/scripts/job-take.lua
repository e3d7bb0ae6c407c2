#!lua
--[[
Gives one job to a worker under a lease. First returns jobs whose lease ran out (or gives them up), then promotes due ones.
The attempt number in the reply is the token the worker must show to settle the job.

KEYS  1 waiting   list of ids, taken from the right
      2 later     sorted set {id: due time in ms}
      3 active    sorted set {id: end of lease in ms}
      4 body      hash {id: payload}
      5 tries     hash {id: attempts so far}
      6 dead      sorted set {id: time given up in ms}
      7 cause     hash {id: why the last attempt failed}
ARGV  1 lease     milliseconds, 1 to 86400000
      2 maximum   attempts before a job is given up, 1 to 1000
      3 batch     jobs returned and promoted in one call at most, 1 to 1000
REPLY {1, attempt, id, payload}, or {0, milliseconds until a known job is due, -1 when none}
COST  O(batch * log N); TIME, ZRANGE, ZREM, ZADD, LPUSH, RPUSH, RPOP, HGET, HSET, HINCRBY
NEEDS Redis 7.0
]]
local function whole(text, low, high)
    local n = tonumber(text)
    if not n or n ~= math.floor(n) or n < low or n > high then return nil end
    return n
end

local lease, maximum, batch = whole(ARGV[1], 1, 86400000), whole(ARGV[2], 1, 1000), whole(ARGV[3], 1, 1000)
if not lease then return redis.error_reply('ERR lease is not a whole number of milliseconds from 1 to 86400000') end
if not maximum then return redis.error_reply('ERR maximum is not a whole number from 1 to 1000') end
if not batch then return redis.error_reply('ERR batch is not a whole number from 1 to 1000') end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local now_text = string.format('%d', now)

for _, id in ipairs(redis.call('ZRANGE', KEYS[3], '-inf', now_text, 'BYSCORE', 'LIMIT', 0, batch)) do
    redis.call('ZREM', KEYS[3], id)
    if tonumber(redis.call('HGET', KEYS[5], id) or 0) >= maximum then
        redis.call('ZADD', KEYS[6], now_text, id)
        redis.call('HSET', KEYS[7], id, 'lease ran out')
    else
        redis.call('RPUSH', KEYS[1], id)
    end
end
for _, id in ipairs(redis.call('ZRANGE', KEYS[2], '-inf', now_text, 'BYSCORE', 'LIMIT', 0, batch)) do
    redis.call('ZREM', KEYS[2], id)
    redis.call('LPUSH', KEYS[1], id)
end

for _ = 1, batch do
    local id = redis.call('RPOP', KEYS[1])
    if not id then break end
    local payload = redis.call('HGET', KEYS[4], id)
    if payload then -- a cancelled job has no payload any more; skip it
        local attempt = redis.call('HINCRBY', KEYS[5], id, 1)
        redis.call('ZADD', KEYS[3], string.format('%d', now + lease), id)
        return {1, attempt, id, payload}
    end
    redis.call('HDEL', KEYS[5], id)
end

local wait = -1
for place = 2, 3 do
    local first = redis.call('ZRANGE', KEYS[place], 0, 0, 'WITHSCORES')
    if first[2] then
        local left = math.max(0, tonumber(first[2]) - now)
        if wait < 0 or left < wait then wait = left end
    end
end
if redis.call('EXISTS', KEYS[1]) == 1 then wait = 0 end
return {0, wait}
