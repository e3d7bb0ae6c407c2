#!lua flags=no-writes
--[[
Tells what is known of a reservation.

KEYS  1 units     hash {cells, p:<product>: free held sold out in away, r:<id>: state until basket}
ARGV  1 cells     whole number, 1 to 1024; of the inventory
      2 id        bytes, not empty
REPLY {state, ms left of its hold, basket}, or {} when nothing is known
COST  O(1); HMGET, TIME
NEEDS Redis 7.0
TRY   EVAL KEYS stock:cell:{shop#0}:units ARGV 1 order-7
]]
local found = redis.call('HMGET', KEYS[1], 'cells', 'r:' .. ARGV[2])
if found[1] and found[1] ~= ARGV[1] then
    return redis.error_reply('BADCELLS the inventory has ' .. found[1] .. ' cells, and this program says ' .. ARGV[1] .. '; it keeps its number')
elseif not found[2] then
    return {}
end
local state, ends, basket = string.match(found[2], '^(%a+) (%d+) (.*)$')
local time = redis.call('TIME')
local left = math.ceil((tonumber(ends) - tonumber(time[1]) * 1000000 - tonumber(time[2])) / 1000)
if state == 'held' and left <= 0 then
    state = 'expired'
end
return {state, state == 'held' and left or 0, basket}
