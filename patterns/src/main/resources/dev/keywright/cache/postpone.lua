#!lua flags=allow-oom
--[[
Puts off a change that could not be written, and counts the attempt, unless it was replaced by a newer one meanwhile.

KEYS  1 changes   hash, see change.lua
      2 due       sorted set
ARGV  1 text      of the key
      2 version   of the change, 8 bytes
      3 attempts  made so far, up to 255
      4 pause     milliseconds
REPLY 1 put off, 0 replaced or gone
COST  O(log(changes)) and the size of the value; HGET, HSET, ZADD, TIME
NEEDS Redis 7.0
TRY   EVAL KEYS {p1}changes {p1}due ARGV 1001 aaaaaaaa 1 100
]]
local change = redis.call('HGET', KEYS[1], ARGV[1])
if not change or string.sub(change, 1, 8) ~= ARGV[2] then
    return 0
end
local time = redis.call('TIME')
local now = math.floor((time[1] * 1000000 + time[2]) / 1000)
local counted = string.sub(change, 1, 16) .. string.char(ARGV[3]) .. string.sub(change, 18)
redis.call('HSET', KEYS[1], ARGV[1], counted)
redis.call('ZADD', KEYS[2], now + ARGV[4], ARGV[1])
return 1
