#!lua
--[[
Puts dead entries back into the queue, the oldest first, as if they were new.

KEYS  1 dead   list of entries that were given up, newest first
      2 queue  list of entries
ARGV  1 count  how many at most, 1 to 1000
      2 first  the attempt they begin with
REPLY how many were put back
COST  O(count); RPOP; per entry RPUSH
NEEDS Redis 7.0
TRY   EVAL KEYS queue:{a}:dead queue:{a} ARGV 100 1
]]
local entries = redis.call('RPOP', KEYS[1], ARGV[1]) or {}
for _, each in ipairs(entries) do
    local _, stop, length = string.find(each, '^(%d+):')
    local entry = stop and string.sub(each, stop + length + 1) or each
    local tail = string.match(entry, '^%d+(;.*)$')
    redis.call('RPUSH', KEYS[2], tail and ARGV[2] .. tail or entry)
end
return #entries
