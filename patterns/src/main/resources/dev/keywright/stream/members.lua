#!lua flags=allow-oom
--[[
Says who works for a group of a partitioned stream: gives a sign of life for one, or takes its leave, and forgets those who gave none.

KEYS  1 members  sorted set of members, by the millisecond of the server until which they are taken for alive; expires
ARGV  1 member   bytes; who asks
      2 patience milliseconds, 0 or more; how long it is taken for alive, 0 when it leaves
REPLY {member, ...}
COST  O(members); TIME, ZADD or ZREM, ZREMRANGEBYSCORE, PEXPIRE, ZRANGE
NEEDS Redis 7.0
TRY   EVAL KEYS stream:{orders}:members:billing ARGV me 3000
]]
local patience = tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if patience > 0 then
    redis.call('ZADD', KEYS[1], now + patience, ARGV[1])
    redis.call('PEXPIRE', KEYS[1], patience * 10)
else
    redis.call('ZREM', KEYS[1], ARGV[1])
end
return redis.call('ZRANGE', KEYS[1], 0, -1)
