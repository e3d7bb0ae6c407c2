#!lua flags=allow-oom
--[[
Gives one owner a partition for a group, or lets its lease begin anew, unless another one has it.

KEYS  1 owner   string; who has the partition, expires
ARGV  1 who     bytes; of one owner and no other
      2 lease   milliseconds, 1 or more
REPLY {1} when it has it now, {0, milliseconds the other one has it at most, 0}
COST  O(1); GET, SET or PTTL
NEEDS Redis 7.0
TRY   EVAL KEYS stream:{orders/0}:owner:billing ARGV me 10000
]]
local owner = redis.call('GET', KEYS[1])
if not owner or owner == ARGV[1] then
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
    return {1}
end
return {0, math.max(1, redis.call('PTTL', KEYS[1])), 0}
