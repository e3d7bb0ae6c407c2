#!lua
--[[
Puts the lines of one cart into another one, within bounds: those of a cart beside it, which is removed, or those that were taken
elsewhere, once per token. Safe to send twice.

KEYS  1 into      hash, as in change.lua
      2 merged    sorted set of the tokens that were put in, by the ms until which they are remembered
      3.. from    hash of the cart that is put in; left out when its lines are arguments
ARGV  1 token     of the move; empty when there is a third key
      2 memory    milliseconds, 1 to 315360000000; for which the token is remembered
      3 source    bytes, not empty; the id of the cart that is put in
      4 rule      one of SUM, MAX, KEEP; for articles that are in both
      5 most      whole number, 1 to 1000000000; units of one line
      6 lines     whole number, 1 to 1000; lines of the cart
      7 idle      milliseconds, 1 to 315360000000; the cart lives so long without a change
      8 lifetime  milliseconds, 0 to 315360000000; it lives so long in all, 0 for any time
      9.. line    ':' and the article, and its quantity and price, in turn, 0 to 1000 of each
REPLY {article, units that did not fit} in turn
COST  O(lines of both); HGET, ZSCORE, HRANDFIELD of 2104 at most (all), HGET and HSET per line, HDEL, TIME, UNLINK, PEXPIRE; with a token ZADD,
      ZREMRANGEBYSCORE, PTTL, PEXPIRE
NEEDS Redis 7.0
TRY   EVAL KEYS cart:shop:{ann}:lines cart:shop:{ann}:merged cart:shop:{ann}:lines:guest ARGV token-1 86400000 guest-1 SUM 99 100 2592000000 0
]]
local rule, most, limit, idle, lifetime = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
if not (most and limit and idle and idle >= 1 and lifetime) then
    return redis.error_reply('BADARGUMENT a bound or a time is not a number in its range')
end
local function written(number)
    return string.format('%.0f', number)
end
-- a key of another type is met before anything has changed
local meta = redis.call('HGET', KEYS[1], 'v')
local known = ARGV[1] ~= '' and redis.call('ZSCORE', KEYS[2], ARGV[1])
local incoming = {}
if KEYS[3] then
    incoming = redis.call('HRANDFIELD', KEYS[3], 2104, 'WITHVALUES') -- all: 1000 lines, 1101 announced moves, the version
elseif not known then
    incoming = {unpack(ARGV, 9)}
end
if not known then -- else the note is of a later move: it stays until somebody has looked
    redis.call('HDEL', KEYS[1], 'm:' .. ARGV[3])
end

local version, units, lines, ends = string.match(meta or '0 0 0 0', '^(%d+) (%d+) (%d+) (%d+)$')
units, lines, ends = tonumber(units), tonumber(lines), tonumber(ends)
local time = redis.call('TIME')
local micros = tonumber(time[1]) * 1000000 + tonumber(time[2])
local millis = math.floor(micros / 1000)
local cut, changed, moves = {}, false, {}
for i = 1, #incoming, 2 do
    local field = incoming[i]
    if string.sub(field, 1, 1) == ':' then
        local came, price = string.match(incoming[i + 1], '^(%d+)( ?%d*)$')
        local stored = redis.call('HGET', KEYS[1], field)
        local had, kept = string.match(stored or '0', '^(%d+)( ?%d*)$')
        came, had = tonumber(came), tonumber(had)
        local wanted = had
        if rule == 'SUM' or had == 0 then
            wanted = had + came
        elseif rule == 'MAX' then
            wanted = math.max(had, came)
        end
        local now = math.max(had, math.min(wanted, most))
        if had == 0 and lines >= limit then
            now = 0
        end
        if now < wanted then
            cut[#cut + 1] = string.sub(field, 2)
            cut[#cut + 1] = wanted - now
        end
        if now > had then
            redis.call('HSET', KEYS[1], field, written(now) .. (stored and kept or price))
            units = units + now - had
            lines = lines + (had == 0 and 1 or 0)
            changed = true
        end
    elseif field ~= 'v' then
        moves[#moves + 1] = field
        moves[#moves + 1] = incoming[i + 1]
    end
end
if changed then
    if ends == 0 and lifetime > 0 then
        ends = millis + lifetime
    end
    redis.call('HSET', KEYS[1], 'v', written(math.max(tonumber(version) + 1, micros)) .. ' ' .. written(units) .. ' ' .. written(lines) .. ' ' .. written(ends))
    redis.call('PEXPIRE', KEYS[1], written(ends > 0 and math.max(1, math.min(idle, ends - millis)) or idle))
end
if KEYS[3] then
    redis.call('UNLINK', KEYS[3])
    if #moves > 0 then -- others that are on their way into that cart
        redis.call('HSET', KEYS[3], unpack(moves))
        redis.call('PEXPIRE', KEYS[3], written(idle))
    end
elseif not known then
    redis.call('ZADD', KEYS[2], written(millis + tonumber(ARGV[2])), ARGV[1])
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', written(millis))
    if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[2]) then
        redis.call('PEXPIRE', KEYS[2], ARGV[2])
    end
end
return cut
