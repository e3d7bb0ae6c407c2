#!lua
--[[
Counts who was there on any of some days, or gathers them in a key of its own to go on with more days.

KEYS  1 gathered  string that is a HyperLogLog, of this question alone; it lives for the time to keep
      2.. days    sets, and strings that are HyperLogLogs; 1 to 31 of them
ARGV  1 first     1 when nothing was gathered before, else 0
      2 last      1 when this is all, else 0
      3 keep      milliseconds, 1 to 600000
REPLY {1 exact or 0 estimated, count}; {-1, 0} when there is more to gather; error GONE when what was gathered is gone
COST  O(days), and the members of the sets; TYPE, SCARD, SUNIONSTORE, UNLINK, PFCOUNT; PFMERGE, SRANDMEMBER, PFADD, PEXPIRE when something is gathered
NEEDS Redis 7.0
TRY   EVAL KEYS uniq:site:{home}:tmp:1 uniq:site:{home}:2026-01-31 uniq:site:{home}:2026-02-01 ARGV 1 1 10000
]]
local keep = tonumber(ARGV[3])
if not (keep and keep >= 1 and keep <= 600000) or #KEYS < 2 or #KEYS > 32 then
    return redis.error_reply('BADARGUMENT the time to keep or the number of days is out of its range')
end
local alone = ARGV[1] == '1' and ARGV[2] == '1'
if ARGV[1] ~= '1' and redis.call('EXISTS', KEYS[1]) == 0 then
    return redis.error_reply('GONE what was gathered so far was evicted, or took too long')
end

local estimated, sets = {}, {}
for i = 2, #KEYS do
    local kind = redis.call('TYPE', KEYS[i]).ok
    if kind == 'set' then
        sets[#sets + 1] = KEYS[i]
    elseif kind ~= 'none' then
        estimated[#estimated + 1] = KEYS[i]
    end
end
if alone and #estimated == 0 then
    if #sets < 2 then
        return {1, #sets == 0 and 0 or redis.call('SCARD', sets[1])}
    end
    local count = redis.call('SUNIONSTORE', KEYS[1], unpack(sets)) -- quicker than to bring the members here
    redis.call('UNLINK', KEYS[1])
    return {1, count}
elseif alone and #sets == 0 then
    return {0, redis.call('PFCOUNT', unpack(estimated))} -- of many keys: nothing is written
end

redis.call('PFMERGE', KEYS[1], unpack(estimated)) -- with what it has; a key of another type is met before anything changes
redis.call('PEXPIRE', KEYS[1], ARGV[3])
for _, set in ipairs(sets) do
    redis.call('PFADD', KEYS[1], unpack(redis.call('SRANDMEMBER', set, 1000)))
end
if ARGV[2] ~= '1' then
    return {-1, 0}
end
local count = redis.call('PFCOUNT', KEYS[1])
redis.call('UNLINK', KEYS[1])
return {0, count}
