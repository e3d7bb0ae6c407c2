#!lua flags=allow-oom
--[[
Lets the lease of permits begin anew if the owner has them.

KEYS  1 held      hash; owner -> its permits
      2 ends      sorted set of owners by the microsecond at which their lease ends
ARGV  1 owner     text without spaces, 8 or more; of the permits
      2 lease     milliseconds, 1 or more
REPLY 1 extended, 0 refused, as it has none any more
COST  O(log held); HEXISTS, TIME, ZADD, PTTL, PTTL
NEEDS Redis 7.0
TRY   EVAL KEYS sem:{a} sem:{a}:ends ARGV client-1 30000
]]
local spare = 60000 -- milliseconds by which keys outlive leases
local lease = tonumber(ARGV[2])
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
    return 0
end
local time = redis.call('TIME')
local ends = tonumber(time[1]) * 1000000 + tonumber(time[2]) + lease * 1000
redis.call('ZADD', KEYS[2], string.format('%.0f', ends), ARGV[1])
for i = 1, 2 do
    if redis.call('PTTL', KEYS[i]) < lease then
        redis.call('PEXPIRE', KEYS[i], lease + spare)
    end
end
return 1
