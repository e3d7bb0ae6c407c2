#!lua
--[[
Tells the time and the last tick of a schedule, which begins now when it is new.

KEYS  1 locks     hash, see enqueue.lua; also t<schedule>: millisecond of its last tick
ARGV  1 schedule  name
      2 before    milliseconds before now at which a new one begins
REPLY {millisecond now, millisecond of the last tick}
COST  O(1); TIME, HSETNX, HGET
NEEDS Redis 7.0
TRY   EVAL KEYS job:{a}:locks ARGV nightly 0
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSETNX', KEYS[1], 't' .. ARGV[1], string.format('%.0f', now - ARGV[2]))
return {now, tonumber(redis.call('HGET', KEYS[1], 't' .. ARGV[1]))}
