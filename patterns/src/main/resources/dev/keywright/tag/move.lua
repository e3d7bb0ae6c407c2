#!lua
--[[
Takes a tag from some items, and gives them another one instead if there is one. Safe to send twice.

KEYS  1 from      set of the items of the tag
      2 to        set of the items of the other tag; the same as from when there is none
      3 names     set of all tags that items have
      4.. items   sets of the tags of each item
ARGV  1 from      bytes, not empty; the tag
      2 to        bytes, not empty; the other tag; the same as from when there is none
      3.. items   bytes, not empty
REPLY how many items had the tag
COST  O(items); SCARD, SCARD, SREM and SADD twice for each; 100 items at most
NEEDS Redis 7.0
TRY   EVAL KEYS tag:set:{shop#0}:red tag:set:{shop#0}:ruby tag:names:{shop#0} tag:item:{shop#0}:1001 ARGV red ruby 1001
]]
local moved = 0
for i = 1, #KEYS do
    redis.call('SCARD', KEYS[i])
end
for i = 3, #ARGV do
    if redis.call('SREM', KEYS[1], ARGV[i]) == 1 then
        moved = moved + 1
        redis.call('SREM', KEYS[i + 1], ARGV[1])
        if ARGV[1] ~= ARGV[2] then
            redis.call('SADD', KEYS[2], ARGV[i])
            redis.call('SADD', KEYS[i + 1], ARGV[2])
            redis.call('SADD', KEYS[3], ARGV[2])
        end
    end
end
if redis.call('SCARD', KEYS[1]) == 0 then
    redis.call('SREM', KEYS[3], ARGV[1])
end
return moved
