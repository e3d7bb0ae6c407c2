#!lua flags=allow-oom
--[[
Keeps the lease of a partition for longer, or gives it up.

KEYS  1 owner     string: who has the lease
ARGV  1 token     of whoever asks
      2 lease     milliseconds from now; 0 to give it up
REPLY 1 done, 0 somebody else has the lease, or nobody
COST  O(1); GET, PEXPIRE or DEL
NEEDS Redis 7.0
TRY   EVAL KEYS {p1}owner ARGV aaaaaaaa 10000
]]
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
if ARGV[2] == '0' then
    return redis.call('DEL', KEYS[1])
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
