#!lua
--[[
Puts an item at the head of a feed and cuts the feed to its cap. An item that is already there moves to the head, so a call may
be repeated.

KEYS  1 feed      list of item ids, newest first
ARGV  1 item      its id, not empty
      2 cap       items kept, 1 to 100000
      3 ttl       milliseconds the feed lives from now, 1 or more
REPLY the number of items in the feed
COST  O(cap); LREM, LPUSH, LTRIM, PEXPIRE, LLEN
NEEDS Redis 7.0
]]
local item, cap, ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
if not item or item == '' then return redis.error_reply('ERR item is empty') end
if not cap or cap < 1 or cap > 100000 or cap ~= math.floor(cap) then
    return redis.error_reply('ERR cap is not a whole number from 1 to 100000')
end
if not ttl or ttl < 1 or ttl > 315360000000 or ttl ~= math.floor(ttl) then
    return redis.error_reply('ERR ttl is not a whole number of milliseconds from 1 to ten years')
end
redis.call('LREM', KEYS[1], 1, item)
redis.call('LPUSH', KEYS[1], item)
redis.call('LTRIM', KEYS[1], 0, string.format('%d', cap - 1))
redis.call('PEXPIRE', KEYS[1], string.format('%d', ttl))
return redis.call('LLEN', KEYS[1])
