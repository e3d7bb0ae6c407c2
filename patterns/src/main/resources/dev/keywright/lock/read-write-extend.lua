#!lua flags=allow-oom
--[[
Lets the lease of the owner's hold begin anew, unless it is over; one that lasts longer already stays as it is.

KEYS  1 writer    string; owner, a space, token
      2 readers   sorted set of owners by the microsecond at which their lease is over
ARGV  1 owner     text without spaces; of the hold
      2 write     one of 0, 1; 1 for one that writes
      3 lease     milliseconds, 1 or more
REPLY 1 extended, 0 refused, as it was not this owner's any more
COST  O(log readers); GET, PEXPIRE, or TIME, ZSCORE, ZADD, PTTL
NEEDS Redis 7.0
TRY   EVAL KEYS lock:{a}:rw lock:{a}:rw:readers ARGV client-1 0 30000
]]
local owner, lease = ARGV[1], tonumber(ARGV[3])
if ARGV[2] == '1' then
    local mine = owner .. ' '
    local held = redis.call('GET', KEYS[1])
    if not held or string.sub(held, 1, #mine) ~= mine then
        return 0
    end
    redis.call('PEXPIRE', KEYS[1], lease, 'GT')
    return 1
end
local time = redis.call('TIME')
local clock = tonumber(time[1]) * 1000000 + tonumber(time[2])
if tonumber(redis.call('ZSCORE', KEYS[2], owner) or 0) <= clock then
    return 0
end
redis.call('ZADD', KEYS[2], 'GT', string.format('%.0f', clock + lease * 1000), owner)
if redis.call('PTTL', KEYS[2]) < lease then
    redis.call('PEXPIRE', KEYS[2], lease)
end
return 1
