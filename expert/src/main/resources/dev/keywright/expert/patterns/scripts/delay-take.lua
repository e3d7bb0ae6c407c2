#!lua
--[[
Takes items that are due, earliest first. A taken item is not removed: its due time moves to the end of the lease,
so it comes back by itself when the worker dies. The worker removes it when the work is done.

KEYS  1 due       sorted set {id: due time in ms}
      2 body      hash {id: payload}
      3 tries     hash {id: times taken}
ARGV  1 lease     milliseconds the worker has, 1 to 86400000
      2 batch     items taken at most, 1 to 1000
REPLY id, payload, times taken, and again for each item; empty when nothing is due
COST  O(batch * log N); TIME, ZRANGE, HGET, ZADD, HINCRBY
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
local until_text = string.format('%d', now + lease)

local taken = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', string.format('%d', now), 'BYSCORE', 'LIMIT', 0, batch)) do
    local payload = redis.call('HGET', KEYS[2], id)
    if payload then
        redis.call('ZADD', KEYS[1], until_text, id)
        taken[#taken + 1] = id
        taken[#taken + 1] = payload
        taken[#taken + 1] = redis.call('HINCRBY', KEYS[3], id, 1)
    else -- cancelled: only the id is left
        redis.call('ZREM', KEYS[1], id)
        redis.call('HDEL', KEYS[3], id)
    end
end
return taken
