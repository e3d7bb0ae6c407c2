#!lua
--[[
Says that a write to where the value belongs begins: until it has ended nobody stores what a load brings. Writers that overlap
are remembered side by side. Safe to send twice.

KEYS  1 entry     string, laid out as class Entry says; here W, flags (1 contended), 3 zeros, a token of 8 bytes per writer
ARGV  1 token     of this writer, 8 bytes
      2 lease     milliseconds after which the writer counts as dead
      3 absent    1 to begin only if there is no value and nobody writes one, else 0
      4 worthless start of an entry that counts as none, as Entry.startOf gives it; empty when every value counts
REPLY 1 begun, 0 there is a value, or one is being written
COST  O(writers of this key at this moment); GETRANGE, SET
NEEDS Redis 7.0
TRY   EVAL KEYS cache:user:1001 ARGV aaaaaaaa 10000 0 none
]]
local token = ARGV[1]
local head = redis.call('GETRANGE', KEYS[1], 0, 8191)
local kind, flags = string.sub(head, 1, 1), string.byte(head, 2) or 0
if ARGV[3] == '1' then
    local start = kind .. string.sub(head, 3, 5) .. string.sub(head, flags % 2 == 1 and 22 or 6, 64)
    if kind == 'V' and start ~= ARGV[4] or kind == 'W' and head ~= 'W\0\0\0\0' .. token then
        return 0
    end
end
local writers = kind == 'W' and string.sub(head, 6) or ''
for at = 1, #writers, 8 do
    if string.sub(writers, at, at + 7) == token then
        return 1
    end
end
local contended = string.char(writers == '' and 0 or 1)
redis.call('SET', KEYS[1], 'W' .. contended .. '\0\0\0' .. writers .. token, 'PX', ARGV[2])
return 1
