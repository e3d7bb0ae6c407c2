#!lua
--[[
Notes that an id was seen, in a bitmap that vanishes some time after the last one. Setting the bit and the lifetime is
one step, so no day is kept for ever.

KEYS  1 seen      bitmap: one bit per id
ARGV  1 kept      milliseconds the day is kept, 1 to ten years
      2 id        whole number from 0 to 4294967295; the bitmap takes an eighth of the largest id in bytes
REPLY 1 when the id is new, 0 when it was seen before
COST  O(1), and once O(N) for room up to a larger id; SETBIT, PEXPIRE
NEEDS Redis 7.0
]]
local kept, id = tonumber(ARGV[1]), tonumber(ARGV[2])
if not kept or kept ~= math.floor(kept) or kept < 1 or kept > 315360000000 then
    return redis.error_reply('ERR kept is not a whole number of milliseconds from 1 to ten years')
end
if not id or id ~= math.floor(id) or id < 0 or id > 4294967295 then
    return redis.error_reply('ERR id is not a whole number from 0 to 4294967295')
end
local before = redis.call('SETBIT', KEYS[1], string.format('%.0f', id), 1)
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', kept))
return 1 - before
