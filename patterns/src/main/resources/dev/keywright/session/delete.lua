#!lua flags=allow-oom
--[[
Ends a session now. Where there are events its record stays for them, otherwise it is removed. Safe to send twice.

KEYS  1 session   hash {s: proof of the id, k: time it is kept after its end, in ms, w: why it ended, i:<index>}
      2 due       sorted set of handles, by the millisecond at which to look whether the session has ended
ARGV  1 handle    text, not empty
      2 why       one of deleted, displaced
      3.. indexes fields whose values are wanted; may be left out
REPLY {value or nil of each of them, in a list}; {} when it had ended
COST  O(attributes), freed in the background; HMGET, UNLINK; PTTL, TIME, HSET, PEXPIRE, ZADD when there are events
NEEDS Redis 7.0
TRY   EVAL KEYS session:shop:{1}:ABCDEFGHIJKLMNOP session:shop:{1}:due ARGV ABCDEFGHIJKLMNOP deleted i:user
]]
if ARGV[2] ~= 'deleted' and ARGV[2] ~= 'displaced' then
    return redis.error_reply('BADARGUMENT why is neither deleted nor displaced')
end
local found = redis.call('HMGET', KEYS[1], 's', 'k', unpack(ARGV, 3))
local keep = tonumber(found[2] or '0')
if not found[1] or keep > 0 and redis.call('PTTL', KEYS[1]) <= keep then
    return {}
end
if keep == 0 then
    redis.call('UNLINK', KEYS[1])
else
    local time = redis.call('TIME')
    local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
    redis.call('ZADD', KEYS[2], string.format('%.0f', now), ARGV[1])
    if redis.call('PTTL', KEYS[2]) < keep then
        redis.call('PEXPIRE', KEYS[2], string.format('%.0f', keep + 86400000))
    end
    redis.call('HSET', KEYS[1], 'w', ARGV[2])
    redis.call('PEXPIRE', KEYS[1], found[2])
end
local values = {}
for i = 3, #found do
    values[i - 2] = found[i]
end
return {values}
