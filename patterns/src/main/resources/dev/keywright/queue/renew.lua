#!lua flags=allow-oom
--[[
Renews the lease of a consumer and looks for others whose lease is over.

KEYS  1 taken      list of entries the consumer has
      2 consumers  sorted set of consumers by the millisecond their lease ends
ARGV  1 consumer   bytes; its name
      2 lease      milliseconds
REPLY {1, or 0 when it was given up meanwhile; how many entries it has; up to 16 others whose lease is over}
COST  O(log n); TIME, ZSCORE, ZADD, LLEN, ZRANGE
NEEDS Redis 7.0
TRY   EVAL KEYS queue:{a}:taken:me queue:{a}:consumers ARGV me 30000
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('ZSCORE', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[2], now + ARGV[2], ARGV[1])
return {
    known and 1 or 0,
    redis.call('LLEN', KEYS[1]),
    redis.call('ZRANGE', KEYS[2], '-inf', now, 'BYSCORE', 'LIMIT', 0, 16)
}
