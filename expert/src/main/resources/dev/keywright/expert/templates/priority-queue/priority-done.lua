#!lua
--[[
Removes an item that is done, only for the worker that took it last.

KEYS  1 active    sorted set {id: end of lease in ms}
      2 body      hash {id: payload}
      3 place     hash {id: score in ready}, of active items
      4 tries     hash {id: times taken}
ARGV  1 id        of the item
      2 taken     the number priority-take.lua gave
REPLY 1 removed, 0 unknown, or the lease was lost
COST  O(log N); HGET, ZREM, HDEL
NEEDS Redis 7.0
]]
local id, taken = ARGV[1], tonumber(ARGV[2])
if not id or id == '' then return redis.error_reply('ERR id is empty') end
if not taken or taken < 1 or taken ~= math.floor(taken) then
    return redis.error_reply('ERR taken is not a whole number from 1')
end
if tonumber(redis.call('HGET', KEYS[4], id) or 0) ~= taken then return 0 end
if redis.call('ZREM', KEYS[1], id) == 0 then return 0 end
redis.call('HDEL', KEYS[2], id)
redis.call('HDEL', KEYS[3], id)
redis.call('HDEL', KEYS[4], id)
return 1
