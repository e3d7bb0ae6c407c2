#!lua
--[[
Draws members at random, takes them out of the entries and writes them down as winners, in one step.

KEYS  1 entries   set of those who take part
      2 winners   list of those drawn, in the order of the draw
ARGV  1 count     how many are drawn at most, 1 to 1000
REPLY the members drawn, fewer than asked when the entries run out
COST  O(count); SPOP, RPUSH
NEEDS Redis 7.0
]]
local count = tonumber(ARGV[1])
if not count or count ~= math.floor(count) or count < 1 or count > 1000 then
    return redis.error_reply('ERR count is not a whole number from 1 to 1000')
end
local drawn = redis.call('SPOP', KEYS[1], count)
if #drawn > 0 then redis.call('RPUSH', KEYS[2], unpack(drawn)) end
return drawn
