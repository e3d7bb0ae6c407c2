#!lua
--[[
Appends a reading by the server's clock, drops those past their age, and keeps the series for that age from now.

KEYS  1 series    stream
ARGV  1 age       milliseconds a reading is kept, 1000 to ten years; approximate, never less
      2 field     name of the first field
      3 value     of the first field; further pairs of field and value may follow
REPLY the id of the reading, its time in milliseconds before the dash
COST  O(1), and O(M) for M dropped readings; TIME, XADD, PEXPIRE
NEEDS Redis 7.0
]]
local age = tonumber(ARGV[1])
if not age or age ~= math.floor(age) or age < 1000 or age > 315360000000 then
    return redis.error_reply('ERR age is not a whole number of milliseconds from 1000 to ten years')
end
if #ARGV < 3 or #ARGV % 2 == 0 or #ARGV > 101 then
    return redis.error_reply('ERR fields and values do not pair up, or there are too many')
end
local time = redis.call('TIME')
local oldest = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) - age
local id = redis.call('XADD', KEYS[1], 'MINID', '~', string.format('%d-0', oldest), '*', unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], string.format('%d', age))
return id
