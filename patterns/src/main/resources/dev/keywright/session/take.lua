#!lua flags=allow-oom
--[[
Takes sessions that have ended, to tell of their end; others may take them when the lease is over. Those that live are looked at again
when they would end.

KEYS  1 due       sorted set of handles, by the millisecond at which to look whether the session has ended
      2.. sessions hashes {k: time it is kept after its end, in ms}, of the handles in turn
ARGV  1 lease     milliseconds, 1 to 86400000
      2.. handles text, not empty; at most 1000
REPLY handles of the sessions that have ended and were due
COST  O(handles); TIME; for each ZSCORE, PTTL, HGET, ZADD
NEEDS Redis 7.0
TRY   EVAL KEYS session:shop:{1}:due session:shop:{1}:ABCDEFGHIJKLMNOP ARGV 60000 ABCDEFGHIJKLMNOP
]]
local lease = tonumber(ARGV[1])
if not (lease and lease >= 1 and lease <= 86400000) or #ARGV ~= #KEYS or #ARGV > 1001 then
    return redis.error_reply('BADARGUMENT the lease is not known, or there is not one key for each handle')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local ended = {}
for i = 2, #ARGV do
    local due = redis.call('ZSCORE', KEYS[1], ARGV[i])
    if due and tonumber(due) <= now then
        local left = redis.call('PTTL', KEYS[i])
        if left >= 0 then
            local kept = redis.pcall('HGET', KEYS[i], 'k') -- a key of another type is no session
            left = type(kept) == 'string' and left - (tonumber(kept) or left) or 0
        end
        if left <= 0 then
            ended[#ended + 1] = ARGV[i]
            left = lease
        end
        redis.call('ZADD', KEYS[1], string.format('%.0f', now + left), ARGV[i])
    end
end
return ended
