#!lua
--[[
Counts permits in a window that opens with the first of them, all or none.

KEYS  1 window    string "used opened window"
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
local used, opened, known = 0, clock, window
local state = redis.call('GET', KEYS[1])
if state then
    used, opened, known = string.match(state, '(%d+) (%d+) (%d+)')
    used, opened, known = tonumber(used), tonumber(opened), tonumber(known)
end
if opened > clock + window then -- the clock was set back by more than a window: start it again, keep the use
    opened, known = clock, 0
elseif clock >= opened + window then
    used, opened = 0, clock
end

local granted = used + wanted <= permits
if granted then
    used = used + wanted
end
local reset = opened + window - clock
if granted or known ~= window then -- a quota with another window changes the life of the key
    redis.call('SET', KEYS[1], string.format('%d %d %d', used, opened, window), 'PX', math.ceil(reset / 1000) + 1)
end
return {granted and 1 or 0, math.max(0, permits - used), granted and 0 or reset, reset, clock}
