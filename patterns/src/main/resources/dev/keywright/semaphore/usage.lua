#!lua flags=no-writes
--[[
Tells how many permits there are and how many of them are held.

KEYS  1 held      hash; owner -> its permits, and 'held' -> the sum of all
      2 ends      sorted set of owners by the microsecond at which their lease ends
      3 waiting   sorted set of owners by the microsecond they came
      4 permits   string; how many there are in all, when that was stored
ARGV  1 permits   whole number, 1 to 1000000; how many there are in all when nothing is stored
      2 clear     whole number, 0 to 1000; how many leases that are over are looked at
REPLY {permits, held, owners who wait}
COST  O(log held + leases that are over); GET, HGET, TIME, ZRANGE, HGET for each, ZCARD
NEEDS Redis 7.0
TRY   EVAL KEYS sem:{a} sem:{a}:ends sem:{a}:waiting sem:{a}:permits ARGV 5 1000
]]
local held = tonumber(redis.call('HGET', KEYS[1], 'held') or 0)
local time = redis.call('TIME')
local clock = string.format('%.0f', tonumber(time[1]) * 1000000 + tonumber(time[2]))
for _, over in ipairs(redis.call('ZRANGE', KEYS[2], '-inf', clock, 'BYSCORE', 'LIMIT', 0, ARGV[2])) do
    held = held - tonumber(redis.call('HGET', KEYS[1], over) or 0)
end
return {tonumber(redis.call('GET', KEYS[4]) or ARGV[1]), held, redis.call('ZCARD', KEYS[3])}
