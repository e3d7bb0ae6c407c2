#!lua flags=allow-oom
--[[
Frees the lock on this master if the owner has it, and sees to it that no renewal that comes later takes it again. Safe to send twice; the
second time it says 0.

KEYS  1 lock      string; owner
      2 fence     string; the highest token kept here, a space, whose, - when it was released
ARGV  1 owner     text without spaces; of the hold
      2 token     number, 0 or more; 0 when it has none yet
REPLY 1 freed, 0 refused, as it was not this owner's any more
COST  O(1); GET, SET, GET, DEL
NEEDS Redis 7.0
TRY   EVAL KEYS redlock:{a} redlock:{a}:fence ARGV client-1 7
]]
local owner, token = ARGV[1], tonumber(ARGV[2])
local kept, whose = string.match(redis.call('GET', KEYS[2]) or '0 -', '^(%d+) (.+)$')
if tonumber(kept) < token or whose == owner then
    redis.call('SET', KEYS[2], ARGV[2] .. ' -', 'PX', 172800000)
end
if redis.call('GET', KEYS[1]) == owner then
    redis.call('DEL', KEYS[1])
    return 1
end
return 0
