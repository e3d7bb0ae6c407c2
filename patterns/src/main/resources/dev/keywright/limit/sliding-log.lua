#!lua
--[[
Remembers when each permit of the last window was spent; never more than the limit in any window.

KEYS  1 log       sorted set, one member per permit: a number that only grows, scored with the time
ARGV  1 permits   per window
      2 window    microseconds
      3 wanted    permits, 1 or more
REPLY {1 granted or 0 refused, remaining, microseconds to wait, microseconds until full again, server time}
COST  O(log(permits) + wanted + permits that left the window); TIME, ZRANGE, ZREMRANGEBYSCORE, ZCARD, ZADD, PEXPIRE
NEEDS Redis 7.0
TRY   EVAL KEYS rl:{1001} ARGV 100 60000000 1
]]
local permits, window, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if wanted > permits then
    return redis.error_reply('ERR more permits wanted than there ever are')
end

local time = redis.call('TIME')
local clock = time[1] * 1000000 + time[2]
local now, last = clock, clock
local newest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
if newest[1] then
    last = tonumber(newest[1])
    now = math.max(clock, tonumber(newest[2])) -- a clock set back frees nothing
    if now > clock + window then -- set back by more than a window: as if all had been spent just now
        now = clock
        for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
            redis.call('ZADD', KEYS[1], now, member)
        end
    end
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
end

local used = redis.call('ZCARD', KEYS[1])
local granted = used + wanted <= permits
local wait = 0
if granted then
    for first = 1, wanted, 1000 do -- Lua cannot pass many thousands of arguments at once
        local members = {}
        for offset = first, math.min(first + 999, wanted) do
            members[#members + 1] = now
            members[#members + 1] = string.format('%016d', last + offset)
        end
        redis.call('ZADD', KEYS[1], unpack(members))
    end
    used = used + wanted
else
    local leaver = used + wanted - permits - 1 -- the last of those that have to leave before
    wait = redis.call('ZRANGE', KEYS[1], leaver, leaver, 'WITHSCORES')[2] + window - clock
end
newest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
local reset = newest[2] + window - clock
redis.call('PEXPIRE', KEYS[1], math.ceil(reset / 1000) + 1)
return {granted and 1 or 0, math.max(0, permits - used), wait, reset, now}
