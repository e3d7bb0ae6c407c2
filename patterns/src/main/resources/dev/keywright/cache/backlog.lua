#!lua flags=no-writes
--[[
How much waits in a partition.

KEYS  1 changes   hash, see change.lua
      2 since     sorted set
      3 dead      hash, see bury.lua
ARGV  none
REPLY {changes that wait, age of the oldest in ms, changes laid aside}
COST  O(log(changes)); HLEN, ZRANGE, TIME
NEEDS Redis 7.0
TRY   EVAL KEYS {p1}changes {p1}since {p1}dead ARGV none none
]]
local first = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
local time = redis.call('TIME')
local age = first[2] and math.max(math.floor((time[1] * 1000000 + time[2] - first[2]) / 1000), 0) or 0
return {redis.call('HLEN', KEYS[1]), age, redis.call('HLEN', KEYS[3])}
