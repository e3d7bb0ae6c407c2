#!lua
--[[
Adds an item at a priority level; within a level first come, first served. An id that is still known is not added again.

KEYS  1 ready     sorted set {id: level * 10^13 + sequence}
      2 sequence  string, counter of arrivals
      3 body      hash {id: payload}
ARGV  1 id        of the item, not empty
      2 level     0 is the most urgent, up to 99
      3 payload   what the worker needs
REPLY 1 when added, 0 when the id is already known
COST  O(log N); HSETNX, INCR, ZADD
NEEDS Redis 7.0
]]
local id, level, payload = ARGV[1], tonumber(ARGV[2]), ARGV[3]
if not id or id == '' then return redis.error_reply('ERR id is empty') end
if not level or level ~= math.floor(level) or level < 0 or level > 99 then
    return redis.error_reply('ERR level is not a whole number from 0 to 99')
end
if not payload then return redis.error_reply('ERR payload is missing') end

if redis.call('HSETNX', KEYS[3], id, payload) == 0 then return 0 end
local arrival = redis.call('INCR', KEYS[2]) -- 99 * 10^13 + 10^13 stays below 2^53: scores are exact
redis.call('ZADD', KEYS[1], string.format('%d', level * 10000000000000 + arrival), id)
return 1
