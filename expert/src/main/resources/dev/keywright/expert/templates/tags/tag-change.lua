#!lua
--[[
Puts tags on an item or takes them off, in both directions together.

KEYS  1 tags-of   set of the item's tags
      2.. one per tag: set of the items with it
ARGV  1 action    add or remove
      2 item      its id, not empty
      3.. the tags, in the order of their keys
REPLY how many tags the item has now
COST  O(tags); SADD or SREM, SCARD
NEEDS Redis 7.0
]]
local action, item = ARGV[1], ARGV[2]
if action ~= 'add' and action ~= 'remove' then return redis.error_reply('ERR action must be add or remove') end
if not item or item == '' then return redis.error_reply('ERR item is empty') end
if #KEYS ~= #ARGV - 1 then return redis.error_reply('ERR give one key for each tag') end
local command = action == 'add' and 'SADD' or 'SREM'
for n = 2, #KEYS do
    redis.call(command, KEYS[n], item)
    redis.call(command, KEYS[1], ARGV[n + 1])
end
return redis.call('SCARD', KEYS[1])
