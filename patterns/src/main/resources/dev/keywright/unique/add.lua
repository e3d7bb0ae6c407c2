#!lua
--[[
Adds members to the uniques of one day: to a set while that has few, to a HyperLogLog from then on. Safe to send twice.

KEYS  1 day       set, or string that is a HyperLogLog
ARGV  1 few       whole number, 0 to 1000; a set that has more becomes a HyperLogLog
      2 until     Unix time in milliseconds at which the day is forgotten, 1 to 9007199254740991
      3.. members bytes, 1 to 1000 of them
REPLY {1 exact or 0 estimated, how many were new; or, estimated, 1 when the estimate may have changed else 0}
COST  O(members); TYPE, SADD, SCARD or PFADD, PEXPIREAT for a new key; once per key O(few): SRANDMEMBER, DEL, PFADD
NEEDS Redis 7.0
TRY   EVAL KEYS uniq:site:{home}:2026-01-31 ARGV 100 4102444800000 anna bert
]]
local few, ends = tonumber(ARGV[1]), tonumber(ARGV[2])
if not (few and few >= 0 and few <= 1000 and ends and ends >= 1 and ends <= 9007199254740991) or #ARGV < 3 or #ARGV > 1002 then
    return redis.error_reply('BADARGUMENT few, the time or the number of members is out of its range')
end

local kind = redis.call('TYPE', KEYS[1]).ok
local exact = kind == 'set' or (kind == 'none' and few > 0)
local new
if not exact then
    new = redis.call('PFADD', KEYS[1], unpack(ARGV, 3))
else
    new = redis.call('SADD', KEYS[1], unpack(ARGV, 3))
    if redis.call('SCARD', KEYS[1]) > few then -- 2000 at most: each call adds 1000 and leaves 1000
        local members = redis.call('SRANDMEMBER', KEYS[1], 3000)
        redis.call('DEL', KEYS[1])
        redis.call('PFADD', KEYS[1], unpack(members))
        kind, exact = 'none', false
    end
end
if kind == 'none' then
    redis.call('PEXPIREAT', KEYS[1], ARGV[2])
end
return {exact and 1 or 0, new}
