#!lua
--[[
Stores a session for the first time. Sent again with the same proof it writes what is to be written now, unless the session has ended
since.

KEYS  1 session   hash {s: proof of the id, c: created, t: touched, d: idle time, e: end of its life, k: time it is kept after its end,
                  i:<index>, a:<attribute>}; times in ms
      2 due       sorted set of handles, by the millisecond at which to look whether the session has ended
ARGV  1 handle    text, not empty
      2 proof     bytes, not empty; what the id is known by
      3 idle      milliseconds, 1 to 315360000000
      4 lifetime  milliseconds, 1 to 315360000000
      5 keep      milliseconds, 0 to 2592000000; 0 for no events of ends
      6 written   whole number, 0 to 1000; of the fields that get a value
      7.. fields  field, value for each of them, then those that may be there from the first time and are to go; may be left out
REPLY {created, touched, end of its life}; {} when it has ended, or the handle is another session's
COST  O(fields); TIME, HMGET, HSET, PEXPIRE; PTTL, HDEL when it is there; EXISTS when it is not;
      ZADD, PTTL, PEXPIRE, ZRANGE, ZREM of at most 10 when there are events
NEEDS Redis 7.0
TRY   EVAL KEYS session:shop:{1}:ABCDEFGHIJKLMNOP session:shop:{1}:due ARGV ABCDEFGHIJKLMNOP proof 1800000 86400000 3600000 1 a:cart 7
]]
local idle, lifetime, keep, written = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
if not (idle and idle >= 1 and idle <= 315360000000 and lifetime and lifetime >= 1 and lifetime <= 315360000000) then
    return redis.error_reply('BADTIME the idle time or the lifetime is not a number of milliseconds from 1 to 315360000000')
elseif not (keep and keep >= 0 and keep <= 2592000000) then
    return redis.error_reply('BADTIME keep is not a number of milliseconds from 0 to 2592000000')
elseif not (written and written >= 0 and written <= 1000 and #ARGV >= 6 + 2 * written) then
    return redis.error_reply('BADFIELDS there are more than 1000, or a value is missing')
end
local function text(number)
    return string.format('%.0f', number)
end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local created, ends = now, now + lifetime
local found = redis.call('HMGET', KEYS[1], 's', 'c', 'e', 'k')
if found[1] then
    keep = tonumber(found[4])
    if found[1] ~= ARGV[2] or redis.call('PTTL', KEYS[1]) <= keep then
        return {}
    end
    created, ends = tonumber(found[2]), tonumber(found[3])
elseif redis.call('EXISTS', KEYS[1]) == 1 then
    return redis.error_reply('BADSESSION the key holds a hash that is no session')
end
local left = math.max(1, math.min(idle, ends - now))

if keep > 0 then
    redis.call('ZADD', KEYS[2], text(now + left), ARGV[1])
    if redis.call('PTTL', KEYS[2]) < lifetime + keep then
        redis.call('PEXPIRE', KEYS[2], text(lifetime + keep + 86400000))
    end
    -- where nobody listens: what is certainly over and forgotten
    local gone = redis.call('ZRANGE', KEYS[2], '-inf', text(now - lifetime - keep), 'BYSCORE', 'LIMIT', 0, 10)
    if #gone > 0 then
        redis.call('ZREM', KEYS[2], unpack(gone))
    end
end
redis.call('HSET', KEYS[1], 's', ARGV[2], 'c', text(created), 't', text(now), 'd', text(idle), 'e', text(ends), 'k', text(keep),
    unpack(ARGV, 7, 6 + 2 * written))
if found[1] and #ARGV > 6 + 2 * written then
    redis.call('HDEL', KEYS[1], unpack(ARGV, 7 + 2 * written))
end
redis.call('PEXPIRE', KEYS[1], text(left + keep))
return {created, now, ends}
