#!lua
--[[
Deletes a value if it is the one the caller expects. A call has one outcome: asked again within its memory, it deletes nothing more
and says the same.

KEYS  1 value     string, "version bytes"
      2 call      string, how the call went: the version it deleted, or 0 when it was refused
ARGV  1 condition one of version, value
      2 expected  bytes; the version or the bytes that are there
      3 memory    milliseconds, 1 or more
REPLY {1, version} deleted; {0} refused, as nothing is there; {0, string} refused, as that is there
COST  O(1) and the size of the value; GETRANGE, GET, UNLINK, SET
NEEDS Redis 7.0
TRY   EVAL KEYS cas:page:{7}:value cas:page:{7}:call:a2 ARGV version 1764313484000000 60000
]]
local condition, expected, memory = ARGV[1], ARGV[2], ARGV[3]
local head = redis.call('GETRANGE', KEYS[1], 0, 20)
local _, last, version = string.find(head, '^(%d+) ')
if head ~= '' and not version then
    return redis.error_reply('ERR the key holds something else than a value with a version')
end

local call = redis.call('GET', KEYS[2])
if not call then
    local fits = version and version == expected
    if condition == 'value' then
        fits = version and string.sub(redis.call('GET', KEYS[1]), last + 1) == expected
    end
    call = fits and version or '0'
    if fits then
        redis.call('UNLINK', KEYS[1])
    end
    redis.call('SET', KEYS[2], call, 'PX', memory)
end
if call ~= '0' then
    return {1, tonumber(call)}
end
local there = redis.call('GET', KEYS[1])
return there and {0, there} or {0}
