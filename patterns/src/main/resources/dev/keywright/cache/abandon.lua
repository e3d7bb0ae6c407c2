#!lua
--[[
Ends a lease whose load brought nothing that is stored. Those who wait for it are told, others load themselves at once. An old
value that was to be renewed stays after a failure, and nobody tries to renew it for a while; else it goes.
Safe to send twice.

KEYS  1 entry     string, laid out as class Entry says
ARGV  1 token     of the lease, 8 bytes
      2 flags     0 the load failed, 16 it found that there is no value, -1 what it brought cannot be stored
      3 reason    of a failure, up to 200 bytes
      4 keep      milliseconds in which those who waited are told, and in which an old value is not renewed
      5 channel   where those listen who wait
      6 text      what is published there
REPLY 1 the lease stood until now, 0 it did not
COST  O(1); GETRANGE, SET or DEL or SETRANGE, PTTL, PUBLISH when somebody waits
NEEDS Redis 7.0
TRY   EVAL KEYS cache:user:1001 ARGV aaaaaaaa 0 SQLException 1000 cache:user!wake 1001
]]
local token, outcome, keep = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[4])
local head = redis.call('GETRANGE', KEYS[1], 0, 12)
local kind, flags = string.sub(head, 1, 1), string.byte(head, 2) or 0
local renewable = kind == 'V' and flags % 2 == 1
if not (kind == 'L' or renewable) or string.sub(head, 6, 13) ~= token then
    return 0
end
local awaited = math.floor(flags / 4) % 2 == 1
if renewable and outcome == 0 then
    flags = flags - (awaited and 4 or 0)
    flags = flags + (math.floor(flags / 8) % 2 == 1 and 0 or 8)
    local ends = math.max(redis.call('PTTL', KEYS[1]) - keep, 0)
    redis.call('SETRANGE', KEYS[1], 1, string.char(flags))
    redis.call('SETRANGE', KEYS[1], 13, struct.pack('>I8', ends))
elseif kind == 'L' and awaited and outcome >= 0 then
    redis.call('SET', KEYS[1], 'F' .. string.char(outcome) .. '\0\0\0' .. token .. ARGV[3], 'PX', keep)
else
    redis.call('DEL', KEYS[1])
end
if awaited then
    redis.pcall('PUBLISH', ARGV[5], ARGV[6])
end
return 1
