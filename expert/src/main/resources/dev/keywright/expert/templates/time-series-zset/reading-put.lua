#!lua
--[[
Puts a reading at its own time, late or not, and drops those past their age by the server's clock.

KEYS  1 series    sorted set {"time:value": time in ms}
ARGV  1 age       milliseconds a reading is kept, 1000 to ten years
      2 time      of the reading, Unix time in milliseconds
      3 value     its text
REPLY 1 stored, 0 it was there already or is past its age
COST  O(log N), and O(M) for M dropped readings; TIME, ZADD, ZREMRANGEBYSCORE, PEXPIRE
NEEDS Redis 7.0
]]
local age, at, value = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
if not age or age ~= math.floor(age) or age < 1000 or age > 315360000000 then
    return redis.error_reply('ERR age is not a whole number of milliseconds from 1000 to ten years')
end
if not at or at ~= math.floor(at) or at < 0 or at > 99999999999999 then
    return redis.error_reply('ERR time is not a Unix time in milliseconds')
end
if not value then return redis.error_reply('ERR value is missing') end
local time = redis.call('TIME')
local oldest = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) - age
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('(%d', oldest))
if at < oldest then return 0 end
local text = string.format('%d', at)
local new = redis.call('ZADD', KEYS[1], text, text .. ':' .. value)
redis.call('PEXPIRE', KEYS[1], string.format('%d', age))
return new
