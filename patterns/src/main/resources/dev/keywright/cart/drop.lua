#!lua
--[[
Forgets lines that have arrived in another cart. Safe to send twice.

KEYS  1 leaving  hash, as in take.lua
ARGV  1 token    bytes, not empty; of the move that has arrived
REPLY 1, or 0 when they were forgotten before
COST  O(1) at once; HGET, UNLINK
NEEDS Redis 7.0
TRY   EVAL KEYS cart:shop:{guest-1}:leaving ARGV token-1
]]
if redis.call('HGET', KEYS[1], 't') ~= ARGV[1] then
    return 0
end
redis.call('UNLINK', KEYS[1])
return 1
