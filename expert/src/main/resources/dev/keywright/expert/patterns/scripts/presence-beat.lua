#!lua
--[[
Notes a sign of life by the server's clock, forgets members silent for too long, and counts who is online.

KEYS  1 online    sorted set {member: last sign of life in ms}
ARGV  1 member    not empty
      2 timeout   milliseconds of silence after which a member is offline, 1000 to 86400000
      3 keep      milliseconds a silent member's last sign of life is remembered, timeout or more
REPLY {1 when the member just came online or 0, members online, members forgotten}
COST  O(log N), at most 100 members forgotten in one call; TIME, ZSCORE, ZADD, ZRANGE, ZREM, ZCOUNT, PEXPIRE
NEEDS Redis 7.0
]]
local member, timeout, keep = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
if not member or member == '' then return redis.error_reply('ERR member is empty') end
if not timeout or timeout ~= math.floor(timeout) or timeout < 1000 or timeout > 86400000 then
    return redis.error_reply('ERR timeout is not a whole number of milliseconds from 1000 to 86400000')
end
if not keep or keep ~= math.floor(keep) or keep < timeout or keep > 315360000000 then
    return redis.error_reply('ERR keep is not a whole number of milliseconds from timeout to ten years')
end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local before = tonumber(redis.call('ZSCORE', KEYS[1], member) or '0')
redis.call('ZADD', KEYS[1], 'GT', string.format('%d', now), member)

local silent = redis.call('ZRANGE', KEYS[1], '-inf', string.format('(%d', now - keep), 'BYSCORE', 'LIMIT', 0, 100)
if #silent > 0 then redis.call('ZREM', KEYS[1], unpack(silent)) end
redis.call('PEXPIRE', KEYS[1], string.format('%d', keep))

local online = redis.call('ZCOUNT', KEYS[1], string.format('%d', now - timeout), '+inf')
return {before < now - timeout and 1 or 0, online, #silent}
