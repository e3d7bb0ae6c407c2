#!lua flags=allow-oom
--[[
Lays a change that cannot be written aside, with the cause, unless it was replaced by a newer one meanwhile.

KEYS  1 changes   hash, see change.lua
      2 due       sorted set
      3 since     sorted set
      4 dead      hash: text -> length of the cause (4 bytes), cause, change as in changes
ARGV  1 text      of the key
      2 version   of the change, 8 bytes
      3 attempts  made so far, up to 255
      4 most      changes that may lie there
      5 cause     in words
REPLY 1 laid aside, 0 replaced or gone, -1 there is no room
COST  O(log(changes)) and the size of the value; HGET, HLEN, HSET, HDEL, ZREM
NEEDS Redis 7.0
TRY   EVAL KEYS {p1}changes {p1}due {p1}since {p1}dead ARGV 1001 aaaaaaaa 5 1000 SQLException
]]
local text = ARGV[1]
local change = redis.call('HGET', KEYS[1], text)
if not change or string.sub(change, 1, 8) ~= ARGV[2] then
    return 0
end
if redis.call('HLEN', KEYS[4]) >= tonumber(ARGV[4]) and redis.call('HEXISTS', KEYS[4], text) == 0 then
    return -1
end
local counted = string.sub(change, 1, 16) .. string.char(ARGV[3]) .. string.sub(change, 18)
redis.call('HSET', KEYS[4], text, struct.pack('>I4', #ARGV[5]) .. ARGV[5] .. counted)
redis.call('HDEL', KEYS[1], text)
redis.call('ZREM', KEYS[2], text)
redis.call('ZREM', KEYS[3], text)
return 1
