#!lua
--[[
Tells the side of the one who is followed how a relation stands. Older news than what is known there change nothing, nor does a ticket
that is too old: what ended is known there for twice as long as a ticket is good. Safe to send twice.

KEYS  1 followers sorted set of those who follow the user, by version
      2 ended     sorted set of relations that ended, by version
ARGV  1 follower  bytes, not empty
      2 relation  bytes, not empty; both ids in one
      3 version   whole number, 1 to 9007199254740991
      4 follows   one of 0, 1
      5 issued    microseconds, 1 or more; when the ticket was given
      6 good      microseconds, 1 or more; how long a ticket is good
REPLY text: '0' it stands so now; '-1' the ticket is too old; else the version that is known here, which is newer
COST  O(log n); TIME, ZSCORE, ZSCORE, ZADD, ZREM, ZRANGE, PEXPIRE, ZRANGE; 20 relations that ended are forgotten at most
NEEDS Redis 7.0
TRY   EVAL KEYS follow:people:{9}:followers:bob follow:people:{9}:ended ARGV ann 3:annbob 1700000000000000 0 99999999999999 9000000000000000
]]
local follower, relation, version, follows = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1'
local good = tonumber(ARGV[6])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local began = tonumber(redis.call('ZSCORE', KEYS[1], follower) or nil)
local ended = tonumber(redis.call('ZSCORE', KEYS[2], relation) or nil)
if now - tonumber(ARGV[5]) > good then
    return '-1'
end
local same, opposite = ended, began
if follows then
    same, opposite = began, ended
end
local known = math.max(same or 0, opposite and opposite + 0.5 or 0) -- of equal ones the opposite is newer than a ticket can be
if known > version then
    return string.format('%.0f', math.floor(known))
end
if follows then
    redis.call('ZREM', KEYS[2], relation)
    redis.call('ZADD', KEYS[1], ARGV[3], follower)
else
    redis.call('ZADD', KEYS[2], ARGV[3], relation)
    local last = tonumber(redis.call('ZRANGE', KEYS[2], 0, 0, 'REV', 'WITHSCORES')[2]) -- may be ahead of the clock
    redis.call('PEXPIRE', KEYS[2], string.format('%.0f', math.ceil(math.max(last - now, 0) / 1000 + good / 500)))
    redis.call('ZREM', KEYS[1], follower)
end
for _, old in ipairs(redis.call('ZRANGE', KEYS[2], '-inf', string.format('%.0f', now - 2 * good), 'BYSCORE', 'LIMIT', 0, 20)) do
    redis.call('ZREM', KEYS[2], old)
end
return '0'
