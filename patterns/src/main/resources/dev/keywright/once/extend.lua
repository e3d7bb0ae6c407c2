#!lua flags=allow-oom
--[[
Lets the lease of an attempt begin anew, if it is still the one that has the key; also when the lease is over and nobody took the key.

KEYS  1 record    hash {state, owner, token, request, until, began, waited, result}
ARGV  1 owner     bytes, not empty; of the attempt
      2 lease     milliseconds, 1 or more
      3 retention milliseconds, 1 or more; how long the record outlives the lease
REPLY 1 extended, 0 refused, as the attempt does not have the key any more
COST  O(1); HMGET, TIME, HSET, PEXPIRE
NEEDS Redis 7.0
TRY   EVAL KEYS once:pay:{order-9}:record ARGV owner1 30000 86400000
]]
local lease, retention = tonumber(ARGV[2]), tonumber(ARGV[3])
local record = redis.call('HMGET', KEYS[1], 'state', 'owner')
if record[1] ~= 'running' or record[2] ~= ARGV[1] then
    return 0
end
local time = redis.call('TIME')
local clock = tonumber(time[1]) * 1000000 + tonumber(time[2])
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', clock + lease * 1000))
redis.call('PEXPIRE', KEYS[1], lease + retention)
return 1
