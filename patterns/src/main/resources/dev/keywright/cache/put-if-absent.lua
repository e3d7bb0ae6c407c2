#!lua
--[[
Stores an entry if there is no value. A remembered absence, and a load under way, are no value.

KEYS  1 entry     string, laid out as class Entry says
ARGV  1 fresh     the new entry
      2 ttl       milliseconds
      3 worthless start of an entry that counts as none, as Entry.startOf gives it; empty when every value counts
REPLY 1 stored, 0 there is a value, or one is being written
COST  O(1) and the size of the value; GETRANGE, SET
NEEDS Redis 7.0
TRY   EVAL KEYS cache:user:1001 ARGV V0s00ann 60000 none
]]
local head = redis.call('GETRANGE', KEYS[1], 0, 63)
local kind, flags = string.sub(head, 1, 1), string.byte(head, 2) or 0
local start = kind .. string.sub(head, 3, 5) .. string.sub(head, flags % 2 == 1 and 22 or 6)
if kind == 'W' or kind == 'V' and start ~= ARGV[3] then
    return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
