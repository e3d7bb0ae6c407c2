#!lua flags=no-writes
--[[
How popular a term is, and when that was asked. Changes nothing.

KEYS  1 scores   sorted set of the terms
ARGV  1 term     bytes
REPLY {its stored number or nil, milliseconds since 1970}
COST  O(1); ZSCORE, TIME
NEEDS Redis 7.0
TRY   EVAL KEYS ac:{shop}:scores ARGV winter
]]
local score, time = redis.call('ZSCORE', KEYS[1], ARGV[1]), redis.call('TIME')
return {score, time[1] * 1000 + math.floor(time[2] / 1000)}
