#!lua
--[[
Writes and removes fields of a session that lives and still has this id, and touches it.

KEYS  1 session   hash {s: proof of the id, t: touched, d: idle time, e: end of its life, k: time it is kept after its end, i:<index>,
                  a:<attribute>}; times in ms
      2 due       sorted set of handles, by the millisecond at which to look whether the session has ended
ARGV  1 handle    text, not empty
      2 proof     bytes, not empty; what the id is known by
      3 idle      milliseconds, 0 to 315360000000; 0 to leave it
      4 written   whole number, 0 to 1000; of the fields that get a value
      5.. fields  field, value for each of them, then the fields to remove; may be left out
REPLY when it was touched, in ms; 0 when it has ended or its id was changed, and nothing was written
COST  O(fields); TIME, HMGET, HSET, PEXPIRE; PTTL when there are events; HDEL; ZADD, PTTL, PEXPIRE when the idle time changes
NEEDS Redis 7.0
TRY   EVAL KEYS session:shop:{1}:ABCDEFGHIJKLMNOP session:shop:{1}:due ARGV ABCDEFGHIJKLMNOP proof 0 1 a:cart 7 a:gone
]]
local changed, written = tonumber(ARGV[3]), tonumber(ARGV[4])
if not (changed and changed >= 0 and changed <= 315360000000) then
    return redis.error_reply('BADTIME the idle time is not a number of milliseconds from 0 to 315360000000')
elseif not (written and written >= 0 and written <= 1000 and #ARGV >= 4 + 2 * written) then
    return redis.error_reply('BADFIELDS there are more than 1000, or a value is missing')
end
local found = redis.call('HMGET', KEYS[1], 's', 'd', 'e', 'k')
if found[1] ~= ARGV[2] then
    return 0
end
local idle, keep = tonumber(found[2]), tonumber(found[4])
if keep > 0 and redis.call('PTTL', KEYS[1]) <= keep then
    return 0
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
if changed > 0 then
    idle = changed
end
local left = math.min(idle, tonumber(found[3]) - now)
if left < 1 then -- its last millisecond; nobody finds it after this
    redis.call('PEXPIRE', KEYS[1], found[4])
    return 0
end

local touched = string.format('%.0f', now)
if changed > 0 then
    if keep > 0 then
        redis.call('ZADD', KEYS[2], string.format('%.0f', now + left), ARGV[1])
        if redis.call('PTTL', KEYS[2]) < left + keep then
            redis.call('PEXPIRE', KEYS[2], string.format('%.0f', left + keep + 86400000))
        end
    end
    redis.call('HSET', KEYS[1], 'd', ARGV[3])
end
redis.call('HSET', KEYS[1], 't', touched, unpack(ARGV, 5, 4 + 2 * written))
if #ARGV > 4 + 2 * written then
    redis.call('HDEL', KEYS[1], unpack(ARGV, 5 + 2 * written))
end
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', left + keep))
return now
