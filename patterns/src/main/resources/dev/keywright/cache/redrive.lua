#!lua
--[[
Gives a change that was laid aside back to be written, with the version it had. One that was replaced by a newer one is forgotten.

KEYS  1 changes   hash, see change.lua
      2 due       sorted set
      3 since     sorted set
      4 dead      hash, see bury.lua
ARGV  1 text      of the key
REPLY 1 given back, 0 there was none
COST  O(log(changes)) and the size of the value; HGET, HDEL, HSETNX, ZADD, TIME
NEEDS Redis 7.0
TRY   EVAL KEYS {p1}changes {p1}due {p1}since {p1}dead ARGV 1001 none
]]
local text = ARGV[1]
local dead = redis.call('HGET', KEYS[4], text)
if not dead then
    return 0
end
redis.call('HDEL', KEYS[4], text)
local change = string.sub(dead, 5 + struct.unpack('>I4', dead))
local fresh = string.sub(change, 1, 16) .. '\0' .. string.sub(change, 18)
if redis.call('HSETNX', KEYS[1], text, fresh) == 1 then
    local time = redis.call('TIME')
    redis.call('ZADD', KEYS[2], math.floor((time[1] * 1000000 + time[2]) / 1000), text)
    redis.call('ZADD', KEYS[3], struct.unpack('>I8', change), text)
end
return 1
