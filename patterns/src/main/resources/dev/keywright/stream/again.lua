#!lua flags=allow-oom
--[[
Gets entries once more that this consumer has already: after a restart, after an answer that was lost, or after the pause that follows a
failure. Those that others have taken over are passed over, and those that the group has got too often go to the dead letters. To run it
twice does no harm.

KEYS  1 stream    stream of the events
      2 dead      stream of dead letters of the group
ARGV  1 group     bytes; name of the group
      2 consumer  bytes; its name
      3 attempts  whole number, 1 or more; how often the group may get an entry
      4 letters   whole number, 1 or more; how many dead letters are kept, about
      5.. entry   two in turn: entry ID; whole number, 1 or more, the how manieth attempt it is now
REPLY {{{entry ID, attempt, {field, value, ...}}, ...}, {entry ID that went to the dead letters, ...}, {entry ID that was deleted, ...},
      {entry ID that another one has, or that was acknowledged, ...}}
COST  O(entries * log n); per entry XPENDING, XCLAIM, and XADD, XACK of those that die, the first 2,000 of their fields
NEEDS Redis 7.0
GIVEN XGROUP CREATE stream:{orders} billing 0 MKSTREAM
TRY   EVAL KEYS stream:{orders} stream:{orders}:dead:billing ARGV billing me 5 1000 1700000000000-0 2
]]
local group, consumer, attempts = ARGV[1], ARGV[2], tonumber(ARGV[3])
local taken, buried, deleted, gone = {}, {}, {}, {}
for i = 5, #ARGV, 2 do
    local id, attempt = ARGV[i], tonumber(ARGV[i + 1])
    local pending = redis.call('XPENDING', KEYS[1], group, id, id, 1, consumer)[1]
    local entry = pending and redis.call('XCLAIM', KEYS[1], group, consumer, 0, id, 'RETRYCOUNT', math.min(attempt, attempts))[1]
    local fields = entry and entry[2]
    if not pending then
        gone[#gone + 1] = id
    elseif not fields then
        redis.call('XACK', KEYS[1], group, id)
        deleted[#deleted + 1] = id
    elseif attempt > attempts then
        redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], '*', 'dead:id', id, 'dead:attempts', attempt - 1, 'dead:consumer', consumer,
            'dead:cause', 'taken ' .. (attempt - 1) .. ' times and never finished', unpack(fields, 1, math.min(#fields, 4000)))
        redis.call('XACK', KEYS[1], group, id)
        buried[#buried + 1] = id
    else
        taken[#taken + 1] = {id, attempt, fields}
    end
end
return {taken, buried, deleted, gone}
