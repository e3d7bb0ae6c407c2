#!lua
--[[
Returns the unfinished items of a worker whose heartbeat has stopped; items tried too often go to the dead list.
Nothing happens while the heartbeat lives. Items go back to the front, in the order they had.

KEYS  1 alive     string, the worker's heartbeat, with a TTL
      2 doing     list, what the worker took and has not confirmed
      3 todo      list, taken from the right
      4 tries     hash {item: failed tries}
      5 dead      list, items given up
ARGV  1 maximum   failed tries before an item is given up, 1 to 1000
      2 batch     items moved in one call at most, 1 to 1000
REPLY {0, 0, 0} while the worker lives, else {1, items returned, items given up}
COST  O(batch); EXISTS, LINDEX, HINCRBY, HDEL, LMOVE
NEEDS Redis 7.0
]]
local function whole(text, low, high)
    local n = tonumber(text)
    if not n or n ~= math.floor(n) or n < low or n > high then return nil end
    return n
end

local maximum, batch = whole(ARGV[1], 1, 1000), whole(ARGV[2], 1, 1000)
if not maximum then return redis.error_reply('ERR maximum is not a whole number from 1 to 1000') end
if not batch then return redis.error_reply('ERR batch is not a whole number from 1 to 1000') end

if redis.call('EXISTS', KEYS[1]) == 1 then return {0, 0, 0} end

local returned, given_up = 0, 0
for _ = 1, batch do
    local item = redis.call('LINDEX', KEYS[2], 0)
    if not item then break end
    if redis.call('HINCRBY', KEYS[4], item, 1) >= maximum then
        redis.call('HDEL', KEYS[4], item)
        redis.call('LMOVE', KEYS[2], KEYS[5], 'LEFT', 'LEFT')
        given_up = given_up + 1
    else
        redis.call('LMOVE', KEYS[2], KEYS[3], 'LEFT', 'RIGHT')
        returned = returned + 1
    end
end
return {1, returned, given_up}
