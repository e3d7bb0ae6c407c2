#!lua
--[[
Ends a write. The value is stored if this writer was alone from its beginning to its end, since then it is what the last write
left; else the key is forgotten, when the last of the writers has ended. Safe to send twice.

KEYS  1 entry     string, laid out as begin-write.lua keeps it
ARGV  1 token     of this writer, 8 bytes
      2 fresh     the new entry; empty when the write failed, may have failed, or removed the value
      3 ttl       milliseconds
REPLY 1 stored, 0 not
COST  O(writers of this key at this moment) and the size of the value; GETRANGE, SET or DEL
NEEDS Redis 7.0
TRY   EVAL KEYS cache:user:1001 ARGV aaaaaaaa V0s00ann 60000
]]
local token, fresh = ARGV[1], ARGV[2]
local head = redis.call('GETRANGE', KEYS[1], 0, 8191)
if string.sub(head, 1, 1) ~= 'W' then -- the lease ran out, or somebody wrote past it: what is there may be older than the write
    redis.call('DEL', KEYS[1])
    return 0
end
local others = ''
for at = 6, #head, 8 do
    local writer = string.sub(head, at, at + 7)
    others = others .. (writer == token and '' or writer)
end
local contended = string.byte(head, 2) == 1 or #others == #head - 5
if others ~= '' then
    redis.call('SET', KEYS[1], 'W\1\0\0\0' .. others, 'KEEPTTL')
elseif contended or fresh == '' then
    redis.call('DEL', KEYS[1])
else
    redis.call('SET', KEYS[1], fresh, 'PX', ARGV[3])
    return 1
end
return 0
