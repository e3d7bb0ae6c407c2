#!lua
--[[
Estimates the permits of the last window from two counters: the one before counts by the part that still overlaps.
The estimate takes the window before as evenly used; who bursts at its end can spend up to twice the limit in a window.

KEYS  1 counters  string "count before opened window"
ARGV  1 permits   per window
      2 window    microseconds
      3 wanted    permits, 1 or more
REPLY {1 granted or 0 refused, remaining, microseconds to wait, microseconds until full again, server time}
COST  O(1); TIME, GET, SET
NEEDS Redis 7.0
TRY   EVAL KEYS rl:{1001} ARGV 100 60000000 1
]]
local permits, window, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if wanted > permits then
    return redis.error_reply('ERR more permits wanted than there ever are')
end

local time = redis.call('TIME')
local clock = time[1] * 1000000 + time[2]
local count, before, opened, known = 0, 0, clock, window
local state = redis.call('GET', KEYS[1])
if state then
    count, before, opened, known = string.match(state, '(%d+) (%d+) (%d+) (%d+)')
    count, before, opened, known = tonumber(count), tonumber(before), tonumber(opened), tonumber(known)
end
if opened > clock + window then -- the clock was set back by more than a window: start it again, keep the use
    opened, known = clock, 0
elseif clock >= opened + 2 * window then
    count, before, opened = 0, 0, clock
elseif clock >= opened + window then
    count, before, opened = 0, count, opened + window
end

local passed = math.max(0, clock - opened) -- a clock set back frees nothing
local room = permits * window - count * window - before * (window - passed) -- in permits x microseconds
local granted = wanted * window <= room
local wait = 0
if granted then
    count = count + wanted
    room = room - wanted * window
elseif count + wanted <= permits then -- enough of the window before has to slide out
    wait = math.max(1, opened + window - math.floor((permits - count - wanted) * window / before) - clock)
else -- this window has to become the one before, and slide out
    wait = math.max(1, opened + 2 * window - math.floor((permits - wanted) * window / count) - clock)
end
if granted or known ~= window then -- a quota with another window changes the life of the key
    local life = math.ceil((opened + 2 * window - clock) / 1000) + 1
    redis.call('SET', KEYS[1], string.format('%d %d %d %d', count, before, opened, window), 'PX', life)
end
local reset = opened + (count > 0 and 2 or 1) * window - clock
return {granted and 1 or 0, math.max(0, math.floor(room / window)), wait, reset, clock}
