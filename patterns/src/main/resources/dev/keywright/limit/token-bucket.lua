#!lua
--[[
Spends permits from a bucket that refills evenly, all or none (GCRA: it stores what is owed, not what is left).
Whole numbers only: a permit costs `window` units, a microsecond pays back `permits` units, so nothing is ever rounded
in favour of the caller.

KEYS  1 bucket    string "debt at window": units owed at that server time
ARGV  1 permits   refilled per window
      2 window    microseconds
      3 wanted    permits, 1 or more
      4 capacity  permits a full bucket holds; as many as are refilled per window when absent
REPLY {1 granted or 0 refused, remaining, microseconds to wait, microseconds until full again, server time}
COST  O(1); TIME, GET, SET
NEEDS Redis 7.0; capacity x window below 2^53
TRY   EVAL KEYS rl:{1001} ARGV 100 60000000 1
]]
local permits, window, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local capacity = tonumber(ARGV[4] or permits)
if wanted > capacity then
    return redis.error_reply('ERR more permits wanted than there ever are')
end

local time = redis.call('TIME')
local clock = time[1] * 1000000 + time[2]
local debt, at, known = 0, clock, window
local state = redis.call('GET', KEYS[1])
if state then
    debt, at, known = string.match(state, '(%d+) (%d+) (%d+)')
    debt, at, known = tonumber(debt), tonumber(at), tonumber(known)
    if known ~= window then -- the quota changed: the same permits are owed, at their new price
        debt = math.ceil(debt / known * window)
    end
    if clock > at then -- a clock set back pays nothing
        debt = math.max(0, debt - (clock - at) * permits)
        at = clock
    elseif at > clock + debt / permits then -- set back by more than the debt is worth: owed from now on
        at, known = clock, 0
    end
end

local excess = debt + (wanted - capacity) * window
local granted = excess <= 0
if granted then
    debt = debt + wanted * window
end
local late = at - clock
local reset = math.ceil(debt / permits) + late
if granted or known ~= window then
    redis.call('SET', KEYS[1], string.format('%d %d %d', debt, at, window), 'PX', math.ceil(reset / 1000) + 1)
end
local left = math.max(0, math.floor(capacity - debt / window))
return {granted and 1 or 0, left, granted and 0 or math.ceil(excess / permits) + late, reset, at}
