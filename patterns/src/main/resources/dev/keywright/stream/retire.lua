#!lua flags=allow-oom
--[[
Removes consumers of the group that are dead and have nothing that is not acknowledged. With a name: that one, however short ago it was
heard of.

KEYS  1 stream    stream of the events
ARGV  1 group     bytes; name of the group
      2 idle      milliseconds, 0 or more; without a sign of life
      3 consumer  bytes; the one who goes, or empty for all dead ones
REPLY {name of one that was removed, ...}
COST  O(consumers); XINFO CONSUMERS; XGROUP DELCONSUMER per dead one
NEEDS Redis 7.0
GIVEN XGROUP CREATE stream:{orders} billing 0 MKSTREAM
TRY   EVAL KEYS stream:{orders} ARGV billing 3600000 me
]]
local retired = {}
for _, flat in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
    local consumer = {}
    for i = 1, #flat, 2 do
        consumer[flat[i]] = flat[i + 1]
    end
    local meant = ARGV[3] == '' and consumer['idle'] >= tonumber(ARGV[2]) or consumer['name'] == ARGV[3]
    if meant and consumer['pending'] == 0 then
        redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer['name'])
        retired[#retired + 1] = consumer['name']
    end
end
return retired
