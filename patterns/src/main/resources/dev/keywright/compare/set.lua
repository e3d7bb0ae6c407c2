#!lua
--[[
Writes a value if there is what the caller expects, and gives it a version that is higher than all before. A call has one outcome:
asked again within its memory, it writes nothing more and says the same.

KEYS  1 value     string, "version bytes"; kept for ever when the caller gives it no time to live
      2 call      string, how the call went: the version it wrote, or 0 when it was refused
ARGV  1 condition one of absent, version, value
      2 expected  bytes; the version or the bytes that are there, nothing when absent
      3 fresh     bytes, not empty
      4 ttl       whole number, -1 or more; milliseconds, 0 for ever, -1 as it was
      5 memory    milliseconds, 1 or more
REPLY {1, version} written; {0} refused, as nothing is there; {0, string} refused, as that is there
COST  O(1) and the size of the value; GETRANGE, GET, TIME, SET, PERSIST
NEEDS Redis 7.0
TRY   EVAL KEYS cas:page:{7}:value cas:page:{7}:call:a1 ARGV absent - s4 60000 60000
]]
local condition, expected, fresh = ARGV[1], ARGV[2], ARGV[3]
local ttl, memory = tonumber(ARGV[4]), ARGV[5]
local head = redis.call('GETRANGE', KEYS[1], 0, 20)
local _, last, version = string.find(head, '^(%d+) ')
if head ~= '' and not version then
    return redis.error_reply('ERR the key holds something else than a value with a version')
end

local call = redis.call('GET', KEYS[2])
if not call then
    local fits = not version
    if condition == 'version' then
        fits = version == expected
    elseif condition == 'value' then
        fits = version and string.sub(redis.call('GET', KEYS[1]), last + 1) == expected
    end
    call = '0'
    if fits then
        local time = redis.call('TIME')
        local clock = tonumber(time[1]) * 1000000 + tonumber(time[2])
        call = string.format('%.0f', math.max(tonumber(version or 0) + 1, clock))
        local value = call .. ' ' .. fresh
        if ttl > 0 then
            redis.call('SET', KEYS[1], value, 'PX', ttl)
        else
            redis.call('SET', KEYS[1], value, 'KEEPTTL')
            if ttl == 0 then
                redis.call('PERSIST', KEYS[1])
            end
        end
    end
    redis.call('SET', KEYS[2], call, 'PX', memory)
end
if call ~= '0' then
    return {1, tonumber(call)}
end
local there = redis.call('GET', KEYS[1])
return there and {0, there} or {0}
