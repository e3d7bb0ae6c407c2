#!lua
--[[
Adds entries that are due later. Who waits for an entry is woken, to wait no longer than until then.

KEYS  1 queue    list of entries
      2 later    sorted set of entries by the millisecond they are due
ARGV  1 delay    milliseconds
      2.. entry  bytes
REPLY how many were added
COST  O(entries * log n); TIME, LLEN, RPUSH; per entry ZADD
NEEDS Redis 7.0
TRY   EVAL KEYS queue:{a} queue:{a}:later ARGV 1000 1;id;sx
]]
local time = redis.call('TIME')
local due = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
local added = 0
for i = 2, #ARGV do
    added = added + redis.call('ZADD', KEYS[2], 'NX', due, ARGV[i])
end
if tonumber(ARGV[1]) < 2000 and redis.call('LLEN', KEYS[1]) == 0 then
    redis.call('RPUSH', KEYS[1], '')
end
return added
