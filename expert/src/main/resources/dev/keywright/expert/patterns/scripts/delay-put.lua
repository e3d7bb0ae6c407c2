#!lua
--[[
Schedules an item by the server's clock; an id that is already scheduled is moved and gets the new payload.

KEYS  1 due       sorted set {id: due time in ms}
      2 body      hash {id: payload}
ARGV  1 id        of the item, not empty
      2 delay     milliseconds from now, 0 to ten years
      3 payload   what is wanted when it is due
REPLY {1 when new or 0 when moved, due time in ms}
COST  O(log N); TIME, ZADD, HSET
NEEDS Redis 7.0
]]
local id, delay, payload = ARGV[1], tonumber(ARGV[2]), ARGV[3]
if not id or id == '' then return redis.error_reply('ERR id is empty') end
if not delay or delay ~= math.floor(delay) or delay < 0 or delay > 315360000000 then
    return redis.error_reply('ERR delay is not a whole number of milliseconds from 0 to ten years')
end
if not payload then return redis.error_reply('ERR payload is missing') end

local time = redis.call('TIME')
local due = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + delay
redis.call('HSET', KEYS[2], id, payload)
return {redis.call('ZADD', KEYS[1], string.format('%d', due), id), due}
