#!lua
--[[
Appends a message unless one with its id was appended not long ago.

KEYS  1 stream    stream of the events
      2 seen      string; the entry ID that the message with this id got, expires
ARGV  1 retention milliseconds, 1 or more; how long the id is remembered
      2.. field   bytes; names and values in turn
REPLY {entry ID, 1 when appended now else 0}
COST  O(1); GET; XADD, SET
NEEDS Redis 7.0
TRY   EVAL KEYS stream:{orders} stream:{orders}:id:1 ARGV 60000 v hello
]]
local before = redis.call('GET', KEYS[2])
if before then
    return {before, 0}
end
local fields = {}
for i = 2, #ARGV do
    fields[i - 1] = ARGV[i]
end
local id = redis.call('XADD', KEYS[1], '*', unpack(fields))
redis.call('SET', KEYS[2], id, 'PX', ARGV[1])
return {id, 1}
