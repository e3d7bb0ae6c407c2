#!lua flags=no-writes
--[[
Counts the items that all of the tags have, up to a limit, unless too many would have to be looked at.

KEYS  1.. sets    of the items of each tag
ARGV  1 limit     whole number, 1 or more; counting ends there
      2 most      whole number, 0 or more; how many the smallest set may have
REPLY how many, the limit at most; -1: the smallest set has too many
COST  O(smallest set * sets); SCARD for each, SINTERCARD
NEEDS Redis 7.0
TRY   EVAL KEYS tag:set:{shop#0}:red tag:set:{shop#0}:large ARGV 1000 20000
]]
local least = redis.call('SCARD', KEYS[1])
for i = 2, #KEYS do
    least = math.min(least, redis.call('SCARD', KEYS[i]))
end
if #KEYS == 1 then
    return math.min(least, tonumber(ARGV[1]))
elseif least > tonumber(ARGV[2]) then
    return -1
end
return math.min(redis.call('SINTERCARD', #KEYS, unpack(KEYS)), tonumber(ARGV[1]))
