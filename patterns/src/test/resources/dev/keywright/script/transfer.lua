#!lua
--[[
Moves money between two accounts, all of it or none.

KEYS  1 from      string, cents; kept for ever
      2 to        string, cents; kept for ever
ARGV  1 amount    whole number, 1 to 1000000
REPLY cents left in the first account, or error POOR when there are too few
COST  O(1); GET, DECRBY, INCRBY
NEEDS Redis 7.0
VERSION 3
GIVEN SET {bank}:ann 100
TRY   EVAL KEYS {bank}:ann {bank}:bob ARGV 5
]]
local amount = tonumber(ARGV[1])
if not amount or amount < 1 or amount ~= math.floor(amount) then
    return redis.error_reply('ERR amount must be a whole number, 1 or more')
end
local has = tonumber(redis.call('GET', KEYS[1]) or '0')
if has < amount then
    return redis.error_reply('POOR the account has too little')
end
redis.call('INCRBY', KEYS[2], ARGV[1])
return redis.call('DECRBY', KEYS[1], ARGV[1])
