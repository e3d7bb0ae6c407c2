#!lua
--[[
Takes the lock on this master if it is free here, and proposes a token. Safe to send twice: an owner finds its own.

KEYS  1 lock      string; owner
      2 fence     string; the highest token kept here, a space, whose, - when it was released
ARGV  1 owner     text without spaces; of this asking and of no other
      2 lease     milliseconds, 1 or more
      3 delay     milliseconds, 0 or more; a server that was started later than that grants nothing, as it may have forgotten holds
REPLY {1, token, run id}; {0, ms left of the holder's lease, run id}; {2, seconds since it was started, run id}
COST  O(1); INFO, GET, SET, GET, TIME
NEEDS Redis 7.0
TRY   EVAL KEYS redlock:{a} redlock:{a}:fence ARGV client-1 30000 0
]]
local owner, delay = ARGV[1], tonumber(ARGV[3])
local info = redis.call('INFO', 'server')
local run = string.match(info, 'run_id:(%w+)')
local up = tonumber(string.match(info, 'uptime_in_seconds:(%d+)'))
if delay > 0 and up * 1000 < delay + 1000 then -- seconds that have begun count as whole ones
    return {2, up, run}
end

local held = redis.call('GET', KEYS[1])
if held and held ~= owner then
    return {0, math.max(redis.call('PTTL', KEYS[1]), 0), run}
end
redis.call('SET', KEYS[1], owner, 'PX', ARGV[2])
local kept = tonumber(string.match(redis.call('GET', KEYS[2]) or '0', '^%d+'))
local time = redis.call('TIME')
return {1, math.max(kept + 1, tonumber(time[1]) * 1000000 + tonumber(time[2])), run}
