#!lua
--[[
Notes a session of a user by the server's clock, forgets those past their time, and lists the rest.

KEYS  1 index    sorted set {session id: time it ends in ms}
ARGV  1 ttl      idle time in milliseconds, 1 or more
      2 id       of the session that begins or goes on; empty to list only
REPLY the ids of sessions not past their time
COST  O(log N + sessions of the user); TIME, ZADD, ZREMRANGEBYSCORE, PEXPIRE, ZRANGE
NEEDS Redis 7.0
]]
local ttl, id = tonumber(ARGV[1]), ARGV[2] or ''
if not ttl or ttl < 1 or ttl > 315360000000 or ttl ~= math.floor(ttl) then
    return redis.error_reply('ERR ttl must be a whole number of milliseconds, from 1 to ten years')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
if id ~= '' then
    redis.call('ZADD', KEYS[1], string.format('%.0f', now + ttl), id)
    redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ttl * 2))
end
return redis.call('ZRANGE', KEYS[1], 0, -1)
