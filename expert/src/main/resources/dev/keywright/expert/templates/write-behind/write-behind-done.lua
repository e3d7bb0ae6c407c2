#!lua
--[[
Takes changes that the database holds out of the log, both as pending and as entries.

KEYS  1 log      stream of changes
ARGV  1 group    name of the consumer group
      2.. ids of the entries
REPLY how many entries were taken out
COST  O(ids); XACK, XDEL
NEEDS Redis 7.0
]]
local group = ARGV[1]
if not group or group == '' then return redis.error_reply('ERR group is empty') end
if #ARGV < 2 or #ARGV > 5001 then return redis.error_reply('ERR give 1 to 5000 ids') end
redis.call('XACK', KEYS[1], group, unpack(ARGV, 2))
return redis.call('XDEL', KEYS[1], unpack(ARGV, 2))
