#!lua
--[[
Appends an event and drops those past their age; fills a stream that is measured. The first append creates the stream with its group at
the start, so no event can be older than the group.

KEYS  1 stream    stream
ARGV  1 group     name of the consumer group
      2 age       milliseconds an event is kept, 1000 to ten years; approximate, never less
      3 field     name of the first field
      4 value     of the first field; further pairs of field and value may follow
REPLY the id of the event
COST  O(1), and O(M) for M dropped events; EXISTS, TIME, XADD, once XGROUP
NEEDS Redis 7.0
]]
local group, age, field, value = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
if not group or group == '' then return redis.error_reply('ERR group is empty') end
if not age or age ~= math.floor(age) or age < 1000 or age > 315360000000 then
    return redis.error_reply('ERR age is not a whole number of milliseconds from 1000 to ten years')
end
if not field or not value or #ARGV % 2 ~= 0 then return redis.error_reply('ERR fields and values do not pair up') end
if #ARGV > 102 then return redis.error_reply('ERR more than 50 fields') end

if redis.call('EXISTS', KEYS[1]) == 0 then
    redis.call('XGROUP', 'CREATE', KEYS[1], group, '0', 'MKSTREAM')
end
local time = redis.call('TIME')
local oldest = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) - age
return redis.call('XADD', KEYS[1], 'MINID', '~', string.format('%d-0', oldest), '*', unpack(ARGV, 3))
