#!lua flags=allow-oom
--[[
Lets the lease of a partition begin anew, or ends it, for the owner that has it.

KEYS  1 owner   string; who has the partition, expires
ARGV  1 who     bytes; of one owner and no other
      2 lease   milliseconds, 0 or more; 0 ends it
REPLY 1, or 0 when it does not have it
COST  O(1); GET, PEXPIRE or DEL
NEEDS Redis 7.0
TRY   EVAL KEYS stream:{orders/0}:owner:billing ARGV me 10000
]]
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
if ARGV[2] == '0' then
    return redis.call('DEL', KEYS[1])
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
