#!lua flags=allow-oom
--[[
Moves an entry that a consumer has to the dead letters of the group: copied there with its cause, and acknowledged.

KEYS  1 stream    stream of the events
      2 dead      stream of dead letters of the group
ARGV  1 group     bytes; name of the group
      2 consumer  bytes; its name
      3 letters   whole number, 1 or more; how many dead letters are kept, about
      4 id        entry ID
      5 cause     text
REPLY 1, or 0 when another one has it or it was acknowledged, or 2 when it was deleted
COST  O(log n); XPENDING, XRANGE, XADD with the first 2,000 fields, XACK
NEEDS Redis 7.0
GIVEN XGROUP CREATE stream:{orders} billing 0 MKSTREAM
TRY   EVAL KEYS stream:{orders} stream:{orders}:dead:billing ARGV billing me 1000 1700000000000-0 broken
]]
local group, consumer, id = ARGV[1], ARGV[2], ARGV[4]
local pending = redis.call('XPENDING', KEYS[1], group, id, id, 1, consumer)[1]
if not pending then
    return 0
end
local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
if entry then
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], '*', 'dead:id', id, 'dead:attempts', pending[4], 'dead:consumer', consumer,
        'dead:cause', ARGV[5], unpack(entry[2], 1, math.min(#entry[2], 4000)))
end
redis.call('XACK', KEYS[1], group, id)
return entry and 1 or 2
