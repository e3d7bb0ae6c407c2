#!lua flags=allow-oom
--[[
Ends the lease of a consumer that takes nothing more. What it still has is for others, at once.

KEYS  1 taken      list of entries the consumer has
      2 consumers  sorted set of consumers by the millisecond their lease ends
ARGV  1 consumer   bytes; its name
      2 doubtful   1 when something may still arrive, else 0
REPLY how many entries it has
COST  O(log n); LLEN, ZREM or ZADD
NEEDS Redis 7.0
TRY   EVAL KEYS queue:{a}:taken:me queue:{a}:consumers ARGV me 0
]]
local left = redis.call('LLEN', KEYS[1])
if left == 0 and ARGV[2] == '0' then
    redis.call('ZREM', KEYS[2], ARGV[1])
else
    redis.call('ZADD', KEYS[2], 0, ARGV[1])
end
return left
