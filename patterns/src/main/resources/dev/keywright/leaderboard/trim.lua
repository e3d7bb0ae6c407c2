#!lua flags=allow-oom
--[[
Cuts off the last ones, 1000 at a time. Safe to send again.

KEYS  1 board     sorted set of members by stored number
      2 distinct  sorted set of the distinct scores; unused unless they are kept
ARGV  1 keep      whole number, 0 or more; how many are kept
      2 bits      whole number, 0 to 52; of a stored number, which tell who was first
      3 distinct  one of 0, 1; whether the distinct scores are kept
REPLY how many were cut off; 1000 when there may be more
COST  O(log N + 1000); ZCARD, ZCARD, ZREMRANGEBYRANK, ZRANGE, ZREMRANGEBYSCORE
NEEDS Redis 7.0
TRY   EVAL KEYS board:{a} board:{a}:distinct ARGV 100 26 1
]]
local over = math.min(redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[1]), 1000)
if over <= 0 then
    return 0
end
local bits, keeps = tonumber(ARGV[2]), ARGV[3] == '1'
if keeps then
    redis.call('ZCARD', KEYS[2]) -- so that a key of another type is found before anything is written
end
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, over - 1)
if keeps then
    local least = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
    local score = least and (bits > 0 and math.floor(tonumber(least) / 2 ^ bits) or tonumber(least))
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', score and '(' .. string.format('%.17g', score) or '+inf')
end
return over
