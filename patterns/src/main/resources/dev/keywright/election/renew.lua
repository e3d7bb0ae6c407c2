#!lua flags=allow-oom
--[[
Lets the lease of a term begin anew if it is still the owner's.

KEYS  1 leader    hash {owner, term, candidate, data}
      2 term      string; the highest term so far
ARGV  1 owner     text without spaces, 8 or more; of the term
      2 lease     milliseconds, 1 or more
REPLY 1 renewed, 0 refused, as it is not this owner's any more
COST  O(1); HMGET, PEXPIRE, PEXPIRE
NEEDS Redis 7.0
TRY   EVAL KEYS election:{a} election:{a}:term ARGV client-1 10000
]]
local leader = redis.call('HMGET', KEYS[1], 'owner', 'term')
if leader[1] ~= ARGV[1] or not leader[2] then
    return 0
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], 172800000)
return 1
