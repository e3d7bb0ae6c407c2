#!lua flags=no-writes
--[[
Reads messages after an id, and says what is known of the stream when that message is not there any more.

KEYS  1 stream    stream {payload}
ARGV  1 id        bytes, of the last message read; $ reads nothing and tells of the stream
      2 count     whole number, 1 or more; how many messages at most
REPLY {messages} that follow the one of the id; {messages, added, length, first id or false, last id} when that one is not there;
      {messages} alone, and empty, when there is no stream
COST  O(log n + count); XRANGE; EXISTS, XINFO when the message is not there
NEEDS Redis 7.0
TRY   EVAL KEYS topic:{news} ARGV 0-0 100
]]
local id, count = ARGV[1], tonumber(ARGV[2])
local messages = {}
if id ~= '$' then
    messages = redis.call('XRANGE', KEYS[1], id, '+', 'COUNT', string.format('%.0f', count + 1))
    if messages[1] and messages[1][1] == id then
        table.remove(messages, 1)
        return {messages}
    end
end
if redis.call('EXISTS', KEYS[1]) == 0 then
    return {messages}
end
local info = redis.call('XINFO', 'STREAM', KEYS[1])
local facts = {}
for i = 1, #info, 2 do
    facts[info[i]] = info[i + 1]
end
local first = facts['first-entry']
return {messages, facts['entries-added'], facts['length'], first and first[1] or false, facts['last-generated-id']}
