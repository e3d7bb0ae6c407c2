#!lua
--[[
Stores what a load brought, if the lease on it still stands: nobody wrote or forgot the key since the load began. Safe to send
twice: the second time the lease is gone.

KEYS  1 entry     string, laid out as class Entry says
ARGV  1 token     of the lease, 8 bytes
      2 fresh     the new entry
      3 ttl       milliseconds
      4 channel   where those listen who wait
      5 text      what is published there
REPLY 1 stored, 0 refused
COST  O(1) and the size of the value; GETRANGE, SET, PUBLISH when somebody waits
NEEDS Redis 7.0
TRY   EVAL KEYS cache:user:1001 ARGV aaaaaaaa V0s00ann 60000 cache:user!wake 1001
]]
local head = redis.call('GETRANGE', KEYS[1], 0, 12)
local kind, flags = string.sub(head, 1, 1), string.byte(head, 2) or 0
local mine = (kind == 'L' or kind == 'V' and flags % 2 == 1) and string.sub(head, 6, 13) == ARGV[1]
if mine then
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
if not mine or math.floor(flags / 4) % 2 == 1 then -- of a lease that is gone nobody knows who waited
    redis.pcall('PUBLISH', ARGV[4], ARGV[5])
end
return mine and 1 or 0
