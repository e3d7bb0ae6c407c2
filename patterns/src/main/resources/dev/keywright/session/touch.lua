#!lua flags=allow-oom
--[[
Lets the idle time of a session begin anew, if it lives and still has this id. Safe to send twice.

KEYS  1 session   hash {s: proof of the id, t: touched, d: idle time, e: end of its life, k: time it is kept after its end}; times in ms
ARGV  1 proof     bytes, not empty; what the id is known by
REPLY when it was touched, in ms; 0 when it has ended or its id was changed
COST  O(1); TIME, HMGET, HSET, PEXPIRE; PTTL when there are events
NEEDS Redis 7.0
TRY   EVAL KEYS session:shop:{1}:ABCDEFGHIJKLMNOP ARGV proof
]]
local found = redis.call('HMGET', KEYS[1], 's', 'd', 'e', 'k')
if found[1] ~= ARGV[1] then
    return 0
end
local keep = tonumber(found[4])
if keep > 0 and redis.call('PTTL', KEYS[1]) <= keep then
    return 0
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local left = math.min(tonumber(found[2]), tonumber(found[3]) - now)
if left < 1 then -- its last millisecond; nobody finds it after this
    redis.call('PEXPIRE', KEYS[1], found[4])
    return 0
end
redis.call('HSET', KEYS[1], 't', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', left + keep))
return now
