#!lua
--[[
Appends messages in their order, but none with an id of which one was appended not long ago.

KEYS  1 stream    stream of the events
      2.. seen    string; the entry ID that the message with this id got, expires
ARGV  1 retention milliseconds, 1 or more; how long ids are remembered
      2.. message three or more in turn: which of KEYS is that of its id, 0 when it has none; how many fields follow, names and values
                  counted; the fields
REPLY {entry ID, ...}, of each message
COST  O(messages); GET; XADD, SET
NEEDS Redis 7.0
TRY   EVAL KEYS stream:{orders} stream:{orders}:id:1 ARGV 60000 2 2 v hello 0 2 v again
]]
local ids, at = {}, 2
while at < #ARGV do
    local seen, last = KEYS[tonumber(ARGV[at])], at + 1 + tonumber(ARGV[at + 1])
    local id = seen and redis.call('GET', seen)
    if not id then
        id = redis.call('XADD', KEYS[1], '*', unpack(ARGV, at + 2, last))
        if seen then
            redis.call('SET', seen, id, 'PX', ARGV[1])
        end
    end
    ids[#ids + 1] = id
    at = last + 1
end
return ids
