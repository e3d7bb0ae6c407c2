#!lua
--[[
Removes an item that is done, only for the worker that took it last.

KEYS  1 due       sorted set {id: due time in ms}
      2 body      hash {id: payload}
      3 tries     hash {id: times taken}
ARGV  1 id        of the item
      2 taken     the number delay-take.lua gave; 0 to remove the item whoever has it
REPLY 1 removed, 0 unknown, or another worker took it since
COST  O(log N); HGET, ZREM, HDEL
NEEDS Redis 7.0
]]
local id, taken = ARGV[1], tonumber(ARGV[2])
if not id or id == '' then return redis.error_reply('ERR id is empty') end
if not taken or taken < 0 or taken ~= math.floor(taken) then
    return redis.error_reply('ERR taken is not a whole number from 0')
end
if taken > 0 and tonumber(redis.call('HGET', KEYS[3], id) or 0) ~= taken then return 0 end
redis.call('HDEL', KEYS[2], id)
redis.call('HDEL', KEYS[3], id)
return redis.call('ZREM', KEYS[1], id)
