#!lua flags=allow-oom
--[[
Lets the lease begin anew if the owner has the lock; one that lasts longer already stays as it is.

KEYS  1 lock      string; one letter, owner, a space, token
ARGV  1 owner     text without spaces; of the hold
      2 lease     milliseconds, 1 or more
REPLY 1 extended, 0 refused, as it was not this owner's any more
COST  O(1); GET, PEXPIRE
NEEDS Redis 7.0
TRY   EVAL KEYS lock:{a} ARGV client-1 30000
]]
local mine = ARGV[1] .. ' '
local held = redis.call('GET', KEYS[1])
if not held or string.sub(held, 2, #mine + 1) ~= mine then
    return 0
end
redis.call('PEXPIRE', KEYS[1], ARGV[2], 'GT')
return 1
