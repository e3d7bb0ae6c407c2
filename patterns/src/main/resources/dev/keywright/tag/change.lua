#!lua
--[[
Gives an item tags and takes tags from it, in one step, with the sets of the tags. Safe to send twice.

KEYS  1 item      set of the item's tags
      2 names     set of all tags that items have
      3.. sets    of the items of each tag, of those to give, then of those to take
ARGV  1 item      bytes, not empty
      2 give      whole number, 0 to 1000; how many tags are given; the rest is taken
      3 most      whole number, 1 to 1000; how many tags an item may have
      4 kept      whole number, -1 to 1000; how many tags follow that it has to have, beside those that are taken, and no others; -1 any
      5.. tags    bytes, not empty; those of the sets, in order, then those that are kept
REPLY for each tag given or taken 1 changed or 0; empty: it has other tags than it has to have, and nothing was done
COST  O(tags); SCARD, SISMEMBER for each, SADD and SREM twice for each; 1000 tags at most
NEEDS Redis 7.0
TRY   EVAL KEYS tag:item:{shop#0}:1001 tag:names:{shop#0} tag:set:{shop#0}:red tag:set:{shop#0}:old ARGV 1001 1 100 -1 red old
]]
local item, give, kept = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[4])
local count, has = redis.call('SCARD', KEYS[1]), {}
local sets = #KEYS - 2
redis.call('SCARD', KEYS[2])
for i = 1, sets do -- a key of another type is met before anything has changed
    has[i] = redis.call('SISMEMBER', KEYS[1], ARGV[4 + i]) == 1
    redis.call('SCARD', KEYS[2 + i])
end
if kept >= 0 then
    local same = count == kept + sets - give
    for i = give + 1, sets do
        same = same and has[i]
    end
    for i = 1, kept do
        same = same and redis.call('SISMEMBER', KEYS[1], ARGV[4 + sets + i]) == 1
    end
    if not same then
        return {}
    end
end
local changed, after = {}, count
for i = 1, sets do
    changed[i] = has[i] == (i > give) and 1 or 0
    after = after + (i > give and -changed[i] or changed[i])
end
if after > tonumber(ARGV[3]) and after > count then
    return redis.error_reply('TOOMANY the item would have ' .. after .. ' tags, more than ' .. ARGV[3] .. '. Nothing was changed')
end
for i = 1, sets do
    local tag, set = ARGV[4 + i], KEYS[2 + i]
    if i <= give then
        redis.call('SADD', KEYS[1], tag)
        redis.call('SADD', set, item)
        redis.call('SADD', KEYS[2], tag)
    else
        redis.call('SREM', KEYS[1], tag)
        if redis.call('SREM', set, item) == 1 and redis.call('SCARD', set) == 0 then
            redis.call('SREM', KEYS[2], tag)
        end
    end
end
return changed
