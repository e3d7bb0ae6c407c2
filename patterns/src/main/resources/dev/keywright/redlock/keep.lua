#!lua flags=allow-oom
--[[
Keeps the token of a hold, and lets its lease begin anew: for one that was just acquired, and to renew. The lock may be free here, as after
a restart; then the hold has it from now on. Tokens that are not the holder's own only grow on a master, whatever comes late.

KEYS  1 lock      string; owner
      2 fence     string; the highest token kept here, a space, whose, - when it was released
ARGV  1 owner     text without spaces; of the hold
      2 token     number, 1 or more
      3 lease     milliseconds, 1 or more; it never ends earlier than before
REPLY 1 kept, 0 refused, as another one has the lock or had it later
COST  O(1); GET, GET, SET, PEXPIRE or SET
NEEDS Redis 7.0
TRY   EVAL KEYS redlock:{a} redlock:{a}:fence ARGV client-1 7 30000
]]
local owner, token, lease = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local held = redis.call('GET', KEYS[1])
if held and held ~= owner then
    return 0
end
local kept, whose = string.match(redis.call('GET', KEYS[2]) or '0 -', '^(%d+) (.+)$')
if tonumber(kept) >= token and not (tonumber(kept) == token and whose == owner) then
    return 0
end
redis.call('SET', KEYS[2], ARGV[2] .. ' ' .. owner, 'PX', 172800000)
if held then
    redis.call('PEXPIRE', KEYS[1], lease, 'GT')
else
    redis.call('SET', KEYS[1], owner, 'PX', lease)
end
return 1
