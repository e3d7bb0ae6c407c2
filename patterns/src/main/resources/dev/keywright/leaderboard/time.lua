#!lua flags=no-writes
--[[
What time it is on the server that has the board.

KEYS  1 board     for the way to its server
REPLY milliseconds since 1970
COST  O(1); TIME
NEEDS Redis 7.0
TRY   EVAL KEYS board:{a}
]]
local board = KEYS[1]
local time = redis.call('TIME')
return time[1] * 1000 + math.floor(time[2] / 1000)
