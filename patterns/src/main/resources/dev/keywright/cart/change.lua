#!lua
--[[
Changes one line of a cart, within bounds, and lets the cart live anew. With a request it is safe to send twice: the second changes nothing.

KEYS  1 lines     hash; v -> version, units, lines and the ms at which the lifetime ends (0: never), ':' and the article -> quantity and price
      2 requests  sorted set of the requests that were done, by the ms until which they are remembered
ARGV  1 article   bytes, 1 to 256
      2 kind      add or set
      3 quantity  whole number; -1000000000 to 1000000000 to add, 0 to 1000000000 to set
      4 most      whole number, 0 to 1000000000; units of one line
      5 lines     whole number, 1 to 1000; lines of the cart
      6 idle      milliseconds, 1 to 315360000000; the cart lives so long without a change
      7 lifetime  milliseconds, 0 to 315360000000; it lives so long in all, 0 for any time
      8 price     whole number, 0 to 9007199254740991, in the smallest unit of money; empty to leave it as it is
      9 request   bytes; empty when it has no id
     10 memory    milliseconds, 1 to 315360000000; for which a request is remembered
REPLY {'done', 'repeated', 'units' or 'lines' (refused: too many), units of the line now, version of the cart, 0 when it is empty}
COST  O(log requests); HMGET, TIME, HSET, HDEL, PEXPIRE; with a request ZSCORE, ZADD, ZREMRANGEBYSCORE, ZREMRANGEBYRANK, PEXPIRE
NEEDS Redis 7.0
TRY   EVAL KEYS cart:shop:{ann}:lines cart:shop:{ann}:requests ARGV shoes set 2 99 100 2592000000 0 4999 req-1 86400000
]]
local quantity, most, limit, idle, lifetime = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
if not (quantity and most and limit and idle and idle >= 1 and lifetime) or ARGV[2] ~= 'add' and ARGV[2] ~= 'set' then
    return redis.error_reply('BADARGUMENT the quantity, a bound or a time is not a number in its range')
end
local field, request = ':' .. ARGV[1], ARGV[9]
local found = redis.call('HMGET', KEYS[1], 'v', field)
local version, units, lines, ends = string.match(found[1] or '0 0 0 0', '^(%d+) (%d+) (%d+) (%d+)$')
local had, price = string.match(found[2] or '0', '^(%d+) ?(%d*)$')
version, units, lines, ends, had = tonumber(version), tonumber(units), tonumber(lines), tonumber(ends), tonumber(had)

-- a key of another type is met before anything has changed
if request ~= '' and redis.call('ZSCORE', KEYS[2], request) then
    return {'repeated', had, version}
end
local now = ARGV[2] == 'set' and quantity or math.max(had + quantity, 0)
if now > most and now > had then
    return {'units', had, version}
elseif had == 0 and now > 0 and lines >= limit then
    return {'lines', had, version}
end

local time = redis.call('TIME')
local micros = tonumber(time[1]) * 1000000 + tonumber(time[2])
local millis = math.floor(micros / 1000)
local function written(number)
    return string.format('%.0f', number)
end
if ARGV[8] ~= '' then
    price = ARGV[8]
end
local line = now > 0 and (written(now) .. (price ~= '' and ' ' .. price or '')) or false
if line ~= found[2] then
    lines = lines + (now > 0 and 1 or 0) - (had > 0 and 1 or 0)
    version = math.max(version + 1, micros)
    if ends == 0 and lifetime > 0 then
        ends = millis + lifetime
    end
    if line then
        redis.call('HSET', KEYS[1], field, line)
    else
        redis.call('HDEL', KEYS[1], field)
    end
    if lines > 0 then
        redis.call('HSET', KEYS[1], 'v', written(version) .. ' ' .. written(units + now - had) .. ' ' .. written(lines) .. ' ' .. written(ends))
    else
        version = 0
        redis.call('HDEL', KEYS[1], 'v')
    end
end
redis.call('PEXPIRE', KEYS[1], written(ends > 0 and math.max(1, math.min(idle, ends - millis)) or idle))
if request ~= '' then
    redis.call('ZADD', KEYS[2], written(millis + tonumber(ARGV[10])), request)
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', written(millis))
    redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1001)
    redis.call('PEXPIRE', KEYS[2], ARGV[10])
end
return {'done', now, version}
