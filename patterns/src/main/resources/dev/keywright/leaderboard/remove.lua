#!lua flags=allow-oom
--[[
Takes a member off a board that keeps its distinct scores. Safe to send twice; the second time it says 0.

KEYS  1 board     sorted set of members by stored number
      2 distinct  sorted set of the distinct scores
ARGV  1 bits      whole number, 0 to 52; of a stored number, which tell who was first
      2 member    bytes
REPLY 1 removed, 0 not there
COST  O(log N); ZSCORE, ZCARD, ZREM, ZCOUNT, ZREM
NEEDS Redis 7.0
TRY   EVAL KEYS board:{a} board:{a}:distinct ARGV 26 anna
]]
local bits = tonumber(ARGV[1])
local old = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[2]))
if not old then
    return 0
end
redis.call('ZCARD', KEYS[2]) -- so that a key of another type is found before anything is written
local step = 2 ^ bits
local score = bits > 0 and math.floor(old / step) or old
local low = bits > 0 and score * step or score
local high = bits > 0 and low + step - 1 or low
redis.call('ZREM', KEYS[1], ARGV[2])
if redis.call('ZCOUNT', KEYS[1], string.format('%.17g', low), string.format('%.17g', high)) == 0 then
    redis.call('ZREM', KEYS[2], string.format('%.17g', score))
end
return 1
