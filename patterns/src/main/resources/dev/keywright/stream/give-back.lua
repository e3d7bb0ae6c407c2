#!lua flags=allow-oom
--[[
Gives back entries that a consumer has: another one may take them over at once. What was not begun does not count as an attempt.

KEYS  1 stream    stream of the events
ARGV  1 group     bytes; name of the group
      2 consumer  bytes; its name
      3 idle      milliseconds, 0 or more; without a sign of life, after which entries are taken over
      4 begun     1 when the attempt counts, else 0
      5.. id      entry ID
REPLY how many it still had
COST  O(ids * log n); per entry XPENDING, XCLAIM
NEEDS Redis 7.0
GIVEN XGROUP CREATE stream:{orders} billing 0 MKSTREAM
TRY   EVAL KEYS stream:{orders} ARGV billing me 30000 0 1700000000000-0
]]
local given = 0
for i = 5, #ARGV do
    local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])[1]
    if pending then
        local count = ARGV[4] == '1' and pending[4] or math.max(0, pending[4] - 1)
        redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'IDLE', ARGV[3], 'RETRYCOUNT', count, 'JUSTID')
        given = given + 1
    end
end
return given
