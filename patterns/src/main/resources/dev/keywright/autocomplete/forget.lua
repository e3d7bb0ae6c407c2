#!lua
--[[
Takes a term out of the index. Safe to send twice.

KEYS  1 layout   string; what the index was made with
      2 terms    sorted set, as in learn.lua
      3 scores   sorted set of the terms
      4.. top    sorted set of the most popular terms of a prefix, 0 to 100 of them
ARGV  1 layout   bytes, not empty; of this program
      2 term     bytes, not empty
      3.. text   by which the term is found, as in terms, 1 to 20
REPLY 1, or 0 when it was not there
COST  O(prefixes x log kept + log terms); GET, ZREM each
NEEDS Redis 7.0
TRY   EVAL KEYS ac:{shop}:layout ac:{shop}:terms ac:{shop}:scores ac:{shop}:top:w ac:{shop}:top:wi ac:{shop}:top:win ARGV 3 winter winter
]]
local layout = redis.call('GET', KEYS[1])
if layout and layout ~= ARGV[1] then
    return redis.error_reply('BADLAYOUT the index was made with the options ' .. layout .. ', and this program says ' .. ARGV[1] .. '; use another name')
end
for i = 2, #KEYS do
    redis.call('ZCARD', KEYS[i]) -- a key of another type is met before anything has changed
end
for i = 4, #KEYS do
    redis.call('ZREM', KEYS[i], ARGV[2])
end
for i = 3, #ARGV do
    redis.call('ZREM', KEYS[2], ARGV[i])
end
return redis.call('ZREM', KEYS[3], ARGV[2])
