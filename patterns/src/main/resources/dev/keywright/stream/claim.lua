#!lua flags=allow-oom
--[[
Takes over what other consumers of the group, or this one, have had without a sign of life for too long. What the group has got too
often goes to the dead letters instead. What was deleted meanwhile is forgotten.

KEYS  1 stream    stream of the events
      2 dead      stream of dead letters of the group
ARGV  1 group     bytes; name of the group
      2 consumer  bytes; name of the consumer that takes over
      3 idle      milliseconds, 0 or more; without a sign of life
      4 cursor    entry ID; where to go on, 0-0 for the beginning
      5 most      whole number, 1 or more; of entries to take over
      6 attempts  whole number, 1 or more; how often the group may get an entry
      7 letters   whole number, 1 or more; how many dead letters are kept, about
REPLY {cursor to go on with, {{entry ID, attempt, {field, value, ...}}, ...}, {entry ID that went to the dead letters, ...},
      {entry ID that was deleted, ...}}
COST  O(taken * log n); XAUTOCLAIM; per entry XPENDING, and XADD, XACK of those that die, the first 2,000 of their
      fields
NEEDS Redis 7.0
GIVEN XGROUP CREATE stream:{orders} billing 0 MKSTREAM
TRY   EVAL KEYS stream:{orders} stream:{orders}:dead:billing ARGV billing me 30000 0-0 10 5 1000
]]
local group, attempts = ARGV[1], tonumber(ARGV[6])
local found = redis.call('XAUTOCLAIM', KEYS[1], group, ARGV[2], ARGV[3], ARGV[4], 'COUNT', ARGV[5])
local taken, buried = {}, {}
for _, entry in ipairs(found[2]) do
    local id, fields = entry[1], entry[2]
    local count = redis.call('XPENDING', KEYS[1], group, id, id, 1)[1][4]
    if count > attempts then
        redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[7], '*', 'dead:id', id, 'dead:attempts', count - 1, 'dead:consumer', ARGV[2],
            'dead:cause', 'taken ' .. (count - 1) .. ' times and never finished', unpack(fields, 1, math.min(#fields, 4000)))
        redis.call('XACK', KEYS[1], group, id)
        buried[#buried + 1] = id
    else
        taken[#taken + 1] = {id, count, fields}
    end
end
return {found[1], taken, buried, found[3] or {}}
