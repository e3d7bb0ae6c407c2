#!lua
--[[
Moves a pending event that was delivered too often to the dead-letter stream and acknowledges it, both or neither.

KEYS  1 stream    stream
      2 dead      stream of events given up, in the same slot
ARGV  1 group     name of the consumer group
      2 id        of the event
      3 maximum   deliveries allowed, 1 to 1000
      4 cause     text kept with the event
REPLY 1 moved, 2 moved without its fields (they were trimmed), 0 not delivered that often, -1 not pending
COST  O(log N); XPENDING, XRANGE, XADD, XACK
NEEDS Redis 7.0
]]
local group, id, maximum, cause = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4] or ''
if not group or group == '' then return redis.error_reply('ERR group is empty') end
if not id or not string.match(id, '^%d+%-%d+$') then return redis.error_reply('ERR id is not like 1526919030474-55') end
if not maximum or maximum ~= math.floor(maximum) or maximum < 1 or maximum > 1000 then
    return redis.error_reply('ERR maximum is not a whole number from 1 to 1000')
end

local pending = redis.call('XPENDING', KEYS[1], group, id, id, 1)[1]
if not pending then return -1 end
local consumer, deliveries = pending[2], pending[4]
if deliveries <= maximum then return 0 end

local event = redis.call('XRANGE', KEYS[1], id, id)[1]
local fields = event and event[2] or {}
redis.call('XADD', KEYS[2], 'MAXLEN', '~', 100000, '*',
    'dead-id', id, 'dead-group', group, 'dead-consumer', consumer,
    'dead-deliveries', deliveries, 'dead-cause', cause, unpack(fields))
redis.call('XACK', KEYS[1], group, id)
return event and 1 or 2
