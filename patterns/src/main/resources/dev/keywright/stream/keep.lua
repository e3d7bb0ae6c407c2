#!lua flags=allow-oom
--[[
A sign of life for entries that a consumer is busy with. Entries that another one has taken over are left to it.

KEYS  1 stream    stream of the events
ARGV  1 group     bytes; name of the group
      2 consumer  bytes; its name
      3.. id      entry ID
REPLY {{entry ID that another one has, ...}, {entry ID that nobody has: it was deleted or acknowledged, ...}}
COST  O(ids * log n); XPENDING per entry; XCLAIM
NEEDS Redis 7.0
GIVEN XGROUP CREATE stream:{orders} billing 0 MKSTREAM
TRY   EVAL KEYS stream:{orders} ARGV billing me 1700000000000-0
]]
local mine, taken, gone = {}, {}, {}
for i = 3, #ARGV do
    local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1)[1]
    local list = not pending and gone or pending[2] == ARGV[2] and mine or taken
    list[#list + 1] = ARGV[i]
end
if #mine > 0 then
    mine[#mine + 1] = 'JUSTID'
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, unpack(mine))
end
return {taken, gone}
