#!lua
--[[
Puts a term into the index, or changes how popular it is, and keeps the most popular ones of each short prefix. Scores are stored with a
minus, so that the most popular comes first and equal ones by their bytes; with a half-life they are logarithms to the base of 2, in which
a unit is one half-life, so that nothing has to be rewritten while time goes by.

KEYS  1 layout   string; what the index was made with
      2 terms    sorted set, all scores 0: each text by which a term is found, a space, a zero byte, and the term unless it
             is that text
      3 scores   sorted set of the terms
      4.. top    sorted set of the most popular terms of a prefix, 0 to 100 of them
ARGV  1 layout   bytes, not empty; of this program
      2 kind     add (leaves a known term as popular as it is), set, or raise (leaves out an unknown term)
      3 term     bytes, not empty
      4 weight   number, 0 to 1e15; popularity to set or add
      5 half     milliseconds, 0 to 315360000000; half-life of the popularity, 0 for ever
      6 kept     whole number, 1 to 1000; terms per short prefix
      7.. text   by which the term is found, as in terms, 1 to 20
REPLY 1 when the term is in the index now and was before, 2 when it is new, 0 when it is unknown
COST  O(prefixes x log kept + log terms); GET, ZSCORE, TIME, ZADD; ZADD, ZCARD, ZREMRANGEBYRANK per prefix
NEEDS Redis 7.0
TRY   EVAL KEYS ac:{shop}:layout ac:{shop}:terms ac:{shop}:scores ac:{shop}:top:w ac:{shop}:top:wi ac:{shop}:top:win ARGV 3 raise winter 1 0 50 winter
]]
local kind, term, weight, half, kept = ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
if not (weight and weight >= 0 and weight <= 1e15 and half and kept and kept >= 1) then
    return redis.error_reply('BADARGUMENT the popularity, the half-life or the number of terms is not in its range')
end
local layout = redis.call('GET', KEYS[1])
if layout and layout ~= ARGV[1] then
    return redis.error_reply('BADLAYOUT the index was made with the options ' .. layout .. ', and this program says ' .. ARGV[1] .. '; use another name')
end
local found = redis.call('ZSCORE', KEYS[3], term)
if kind == 'raise' and not found then
    return 0
end

local before = found and (found == 'inf' and -math.huge or -tonumber(found)) or (half > 0 and -math.huge or 0)
local after = before
if half == 0 and kind ~= 'add' or half == 0 and not found then
    after = kind == 'raise' and before + weight or weight
elseif weight > 0 and (kind ~= 'add' or not found) then
    local time = redis.call('TIME')
    local now = math.log(weight) / math.log(2) + (tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000) / half
    local most = math.max(before, now)
    after = kind == 'raise' and most + math.log(2 ^ (before - most) + 2 ^ (now - most)) / math.log(2) or now
elseif kind == 'set' then
    after = -math.huge
end
local score = after == -math.huge and 'inf' or string.format('%.17g', -after)

-- a key of another type is met before anything has changed
redis.call('ZCARD', KEYS[2])
for i = 4, #KEYS do
    redis.call('ZCARD', KEYS[i])
end
if not layout then
    redis.call('SET', KEYS[1], ARGV[1])
end
redis.call('ZADD', KEYS[3], score, term)
if not found or kind == 'add' then
    for i = 7, #ARGV do
        redis.call('ZADD', KEYS[2], 0, ARGV[i])
    end
end
for i = 4, #KEYS do
    redis.call('ZADD', KEYS[i], score, term)
    if redis.call('ZCARD', KEYS[i]) > kept then
        redis.call('ZREMRANGEBYRANK', KEYS[i], kept, -1)
    end
end
return found and 1 or 2
