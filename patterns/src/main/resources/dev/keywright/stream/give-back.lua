#!lua flags=allow-oom
--[[
Gives back entries that a consumer has: another one may take them over at once. To run it twice does no harm.

KEYS  1 stream    stream of the events
ARGV  1 group     bytes; name of the group
      2 consumer  bytes; its name
      3 idle      milliseconds, 0 or more; without a sign of life, after which entries are taken over
      4.. entry   two in turn: entry ID; whole number, 0 or more, how many attempts it had that count
REPLY how many it still had
COST  O(entries * log n); per entry XPENDING, XCLAIM
NEEDS Redis 7.0
GIVEN XGROUP CREATE stream:{orders} billing 0 MKSTREAM
TRY   EVAL KEYS stream:{orders} ARGV billing me 30000 1700000000000-0 0
]]
local given = 0
for i = 4, #ARGV, 2 do
    if redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])[1] then
        redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'IDLE', ARGV[3], 'RETRYCOUNT', ARGV[i + 1], 'JUSTID')
        given = given + 1
    end
end
return given
