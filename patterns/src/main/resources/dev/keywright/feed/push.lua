#!lua
--[[
Adds items to a feed, or moves them to another time, and keeps the newest. Safe to send twice.

KEYS  1 feed      sorted set of items by time
ARGV  1 cap       whole number, 1 to 1000; how many the feed keeps
      2 ttl       milliseconds, 1 to 315360000000; how long it is kept after the last item came
      3.. items   pairs of its time, milliseconds, 0 to 9007199254740991, and the item, bytes, not empty; 100 pairs at most
REPLY how many are new and still there
COST  O(items * log n); ZSCORE, ZADD, ZCARD, ZREMRANGEBYRANK, ZSCORE, PEXPIRE
NEEDS Redis 7.0
TRY   EVAL KEYS feed:posts:{1001}:home ARGV 100 2592000000 1764000000000 post-7ann:3
]]
local cap, new, there = tonumber(ARGV[1]), {}, 0
for i = 3, #ARGV, 2 do
    if not redis.call('ZSCORE', KEYS[1], ARGV[i + 1]) then
        new[#new + 1] = ARGV[i + 1]
    end
    redis.call('ZADD', KEYS[1], ARGV[i], ARGV[i + 1])
end
local count = redis.call('ZCARD', KEYS[1])
local full = count > cap and redis.call('ZREMRANGEBYRANK', KEYS[1], 0, count - cap - 1)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
for _, item in ipairs(new) do
    if not full or redis.call('ZSCORE', KEYS[1], item) then
        there = there + 1
    end
end
return there
