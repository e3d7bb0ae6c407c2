#!lua
--[[
Deletes consumers of a group that asked for nothing for long and have nothing pending.

KEYS  1 stream    stream
ARGV  1 group     name
      2 idle      milliseconds, 0 or more; since it asked for something
REPLY {name of one that was deleted, ...}
COST  O(consumers); XINFO CONSUMERS, XGROUP DELCONSUMER for each
NEEDS Redis 7.0
GIVEN XGROUP CREATE orders billing 0 MKSTREAM
TRY   EVAL KEYS orders ARGV billing 3600000
]]
local stream, group, idle = KEYS[1], ARGV[1], tonumber(ARGV[2])
local deleted = {}
for _, flat in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group)) do
    local consumer = {}
    for i = 1, #flat, 2 do
        consumer[flat[i]] = flat[i + 1]
    end
    if consumer['pending'] == 0 and consumer['idle'] >= idle then
        redis.call('XGROUP', 'DELCONSUMER', stream, group, consumer['name'])
        deleted[#deleted + 1] = consumer['name']
    end
end
return deleted
