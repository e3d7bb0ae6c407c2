#!lua flags=no-writes
--[[
What time it is on the server that has the board.

KEYS  1 board     for the way to its server
ARGV  1 units     whole number, 1 to 1000000; of a second, 1000 for milliseconds
REPLY time since 1970 in these units
COST  O(1); TIME
NEEDS Redis 7.0
TRY   EVAL KEYS board:{a} ARGV 1000
]]
local board, units = KEYS[1], tonumber(ARGV[1])
local time = redis.call('TIME')
return time[1] * units + math.floor(time[2] * units / 1000000)
