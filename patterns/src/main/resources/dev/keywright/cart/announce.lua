#!lua
--[[
Writes down in a cart that the lines of another one are on their way, so that whoever reads it can bring them. Safe to send twice.

KEYS  1 into     hash, as in change.lua
ARGV  1 source   bytes, not empty; the id of the cart that is put in
      2 idle     milliseconds, 1 to 315360000000; the cart lives so long when it is new
      3 moves    whole number, 1 to 100; how many lines more than a cart may have the hash may hold
      4 lines    whole number, 1 to 1000; lines of the cart
REPLY 1
COST  O(1); HLEN, HSET, PTTL, PEXPIRE
NEEDS Redis 7.0
TRY   EVAL KEYS cart:shop:{ann}:lines ARGV guest-1 2592000000 100 100
]]
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[3]) + tonumber(ARGV[4]) then
    return redis.error_reply('TOOMANY carts are on their way into this one. Read it, so that they arrive')
end
redis.call('HSET', KEYS[1], 'm:' .. ARGV[1], 1)
if redis.call('PTTL', KEYS[1]) < 0 then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 1
