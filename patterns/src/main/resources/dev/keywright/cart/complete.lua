#!lua
--[[
Takes out of a cart what was ordered, once per order; what came in since stays. Safe to send twice.

KEYS  1 lines     hash, as in change.lua
      2 requests  sorted set of what was done, by the ms until which it is remembered
ARGV  1 order     bytes, not empty; the id of the order, marked as one
      2 idle      milliseconds, 1 to 315360000000; the cart lives so long without a change
      3 memory    milliseconds, 1 to 315360000000; for which the order is remembered
      4.. ordered article and quantity in turn, 1 to 1000 of each
REPLY 1, or 0 when it was done before
COST  O(lines of the order); ZSCORE, HGET, TIME, HSET, HDEL, PEXPIRE, ZADD, ZREMRANGEBYSCORE, ZREMRANGEBYRANK, PEXPIRE
NEEDS Redis 7.0
TRY   EVAL KEYS cart:shop:{ann}:lines cart:shop:{ann}:requests ARGV o:order-7 2592000000 86400000 shoes 2
]]
local meta = redis.call('HGET', KEYS[1], 'v') -- a key of another type is met before anything has changed
if redis.call('ZSCORE', KEYS[2], ARGV[1]) then
    return 0
end
local function written(number)
    return string.format('%.0f', number)
end
local time = redis.call('TIME')
local micros = tonumber(time[1]) * 1000000 + tonumber(time[2])
local millis = math.floor(micros / 1000)
if meta then
    local version, units, lines, ends = string.match(meta, '^(%d+) (%d+) (%d+) (%d+)$')
    units, lines, ends = tonumber(units), tonumber(lines), tonumber(ends)
    for i = 4, #ARGV, 2 do
        local field = ':' .. ARGV[i]
        local had, price = string.match(redis.call('HGET', KEYS[1], field) or '0', '^(%d+)( ?%d*)$')
        had = tonumber(had)
        local left = math.max(0, had - tonumber(ARGV[i + 1]))
        units = units - had + left
        if left > 0 then
            redis.call('HSET', KEYS[1], field, written(left) .. price)
        elseif had > 0 then
            lines = lines - 1
            redis.call('HDEL', KEYS[1], field)
        end
    end
    if lines > 0 then
        redis.call('HSET', KEYS[1], 'v', written(math.max(tonumber(version) + 1, micros)) .. ' ' .. written(units) .. ' ' .. written(lines) .. ' ' .. written(ends))
    else
        redis.call('HDEL', KEYS[1], 'v')
    end
    redis.call('PEXPIRE', KEYS[1], written(ends > 0 and math.max(1, math.min(tonumber(ARGV[2]), ends - millis)) or tonumber(ARGV[2])))
end
redis.call('ZADD', KEYS[2], written(millis + tonumber(ARGV[3])), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', written(millis))
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1001)
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1
