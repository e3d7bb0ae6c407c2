#!lua
--[[
Takes a mark away once the other side was told, unless it is a newer one by now. Safe to send twice.

KEYS  1 marks     sorted set of relations whose other side is to be told, by version
ARGV  1 relation  bytes, not empty; both ids in one
      2 version   whole number, 1 to 9007199254740991; what the other side was told
REPLY 1 taken away or 0
COST  O(log n); ZSCORE, ZREM
NEEDS Redis 7.0
TRY   EVAL KEYS follow:people:{7}:marks ARGV 3:annbob 1700000000000000
]]
if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or nil) == tonumber(ARGV[2]) then
    return redis.call('ZREM', KEYS[1], ARGV[1])
end
return 0
