#!lua
--[[
Gives a member a score, adds to it, or keeps the better one; then may answer with its place and the best. Not safe to send twice, but for best.
Where bits are kept for ties, a stored number is score * 2^bits + what is left of 2^bits: who comes to a score gets one less than the least there.

KEYS  1 board     sorted set of members by stored number; with windows of the period that is taken for the present one
      2 distinct  sorted set of the distinct scores; unused unless they are kept
      3 board     of the period before
      4 distinct  of the period before
      5 board     of the period after
      6 distinct  of the period after
ARGV  1 update    one of set, add, best
      2 member    bytes
      3 score     number, -9007199254740991 to 9007199254740991; whole where bits are kept
      4 bits      whole number, 0 to 52
      5 greatest  whole number, 1 to 9007199254740991; what a score and its opposite may be at most
      6 distinct  one of 0, 1; whether the distinct scores are kept
      7 limit     whole number, 0 or more; how many members are kept, 0 for all
      8 top       whole number, -1 to 1000; how many of the best are answered, -1 for none and no place
      9 ranks     one of ordinal, competition, dense
      10 start    Unix time in milliseconds at which the period before begins; with windows only, as all below
      11 start    Unix time in milliseconds at which the period begins
      12 end      Unix time in milliseconds at which the period ends
      13 end      Unix time in milliseconds at which the period after ends
      14 until    Unix time in milliseconds until which the period is kept
      15 until    Unix time in milliseconds until which the period before is kept
      16 until    Unix time in milliseconds until which the period after is kept
REPLY {1 changed or 0, stored number as text, place as text or 0 when it was cut off, then the best: member, stored number, ...}
COST  O(log N + top); ZSCORE, ZADD; with ties ZRANGE; with distinct scores ZCARD, ZCOUNT, ZREM, ZADD; with a limit ZCARD, ZREMRANGEBYRANK of 1000
      at most, ZRANGE, ZREMRANGEBYSCORE; with windows TIME, PTTL, PEXPIREAT; with top ZRANGE and ZREVRANK or ZCOUNT
NEEDS Redis 7.0
TRY   EVAL KEYS board:{a} board:{a}:distinct board:{a}:before board:{a}:before:distinct board:{a}:after board:{a}:after:distinct ARGV best anna 7 26 134217727 1 0 10 dense 0 1 4102444800000 4133980800000 4133980800000 4102444800000 4165516800000
]]
local update, member, given, bits, most = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local keeps, limit, top, ranks = ARGV[6] == '1', tonumber(ARGV[7]), tonumber(ARGV[8]), ARGV[9]
local step = 2 ^ bits
local at, expires = 1, ARGV[14]

if not given or given ~= given or math.abs(given) > 9007199254740991 or (bits > 0 and given ~= math.floor(given)) then
    return redis.error_reply('BADSCORE the score is no number, too great or, where the first to reach comes first, no whole one')
end
if #ARGV > 9 then
    local time = redis.call('TIME')
    local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
    if now < tonumber(ARGV[10]) or now >= tonumber(ARGV[13]) then
        return redis.error_reply('BADCLOCK the clocks of client and server are more than a period apart. Set them')
    elseif now < tonumber(ARGV[11]) then
        at, expires = 3, ARGV[15]
    elseif now >= tonumber(ARGV[12]) then
        at, expires = 5, ARGV[16]
    end
end
local board, distinct = KEYS[at], KEYS[at + 1]

local function written(number)
    return string.format('%.17g', number)
end

local function score(stored)
    return bits > 0 and math.floor(stored / step) or stored
end

-- the stored numbers of one score, from and to
local function band(of)
    local low = bits > 0 and of * step or of
    return written(low), written(bits > 0 and low + step - 1 or low)
end

local old = tonumber(redis.call('ZSCORE', board, member))
local before = old and score(old)
local after = given
if update == 'add' then
    after = (before or 0) + given
elseif update == 'best' and before and before >= given then
    after = before
end
if math.abs(after) > most then
    return redis.error_reply('BADSCORE the score would be beyond ' .. written(most) .. '; it stays what it was')
end
if keeps then
    redis.call('ZCARD', distinct) -- so that a key of another type is found before anything is written
end

local stored = old
if after ~= before then
    local low, high = band(after)
    stored = after
    if bits > 0 then
        local last = redis.call('ZRANGE', board, low, high, 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES')[2]
        stored = last and math.max(tonumber(last) - 1, after * step) or after * step + step - 1
    end
    redis.call('ZADD', board, written(stored), member)
    if keeps then
        redis.call('ZADD', distinct, written(after), written(after))
        if before and redis.call('ZCOUNT', board, band(before)) == 0 then
            redis.call('ZREM', distinct, written(before))
        end
    end
    local over = limit > 0 and redis.call('ZCARD', board) - limit or 0
    if over > 0 then
        redis.call('ZREMRANGEBYRANK', board, 0, math.min(over, 1000) - 1)
        if keeps then
            local least = score(tonumber(redis.call('ZRANGE', board, 0, 0, 'WITHSCORES')[2]))
            redis.call('ZREMRANGEBYSCORE', distinct, '-inf', '(' .. written(least))
        end
    end
    for i = at, #ARGV > 9 and (keeps and at + 1 or at) or 0 do
        if redis.call('PTTL', KEYS[i]) == -1 then
            redis.call('PEXPIREAT', KEYS[i], expires)
        end
    end
end

local reply = {after ~= before and 1 or 0, written(stored), '0'}
if top >= 0 then
    local place = redis.call('ZREVRANK', board, member)
    if place and ranks == 'competition' then
        local _, high = band(after)
        place = redis.call('ZCOUNT', board, '(' .. high, '+inf')
    elseif place and ranks == 'dense' then
        place = redis.call('ZCOUNT', distinct, '(' .. written(after), '+inf')
    end
    reply[3] = place and written(place + 1) or '0'
    local best = top > 0 and redis.call('ZRANGE', board, 0, math.min(top, 1000) - 1, 'REV', 'WITHSCORES') or {}
    for i = 1, #best do
        reply[i + 3] = best[i]
    end
end
return reply
