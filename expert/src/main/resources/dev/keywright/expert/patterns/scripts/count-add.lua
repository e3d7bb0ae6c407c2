#!lua
--[[
Adds to the minute, the hour and the day of an event, all or none. A batch id makes a repeated call harmless.
The event's own time decides the bucket, in UTC: late events land where they belong. The caller names the keys after that time.

KEYS  1 minutes   hash {minute of the hour: count}, one per hour
      2 hours     hash {hour of the day: count}, one per day
      3 days      hash {days since 1970: count}, one per year
      4 batch     optional; string that marks this batch as counted
ARGV  1 at        time of the event, Unix time in milliseconds
      2 amount    whole number to add, -9007199254740991 to 9007199254740991
      3 minutes   seconds that minutes are kept after the last write
      4 hours     seconds that hours are kept
      5 days      seconds that days are kept
REPLY {1, count of the minute, of the hour, of the day}, or {0, 0, 0, 0} when the batch was counted before
COST  O(1); HINCRBY, EXPIRE, with a batch SET NX (kept a day)
NEEDS Redis 7.0
]]
local function whole(text, low, high)
    local n = tonumber(text)
    if not n or n ~= math.floor(n) or n < low or n > high then return nil end
    return n
end

local at, amount = whole(ARGV[1], 0, 99999999999999), whole(ARGV[2], -9007199254740991, 9007199254740991)
local kept = {whole(ARGV[3], 60, 3153600000), whole(ARGV[4], 60, 3153600000), whole(ARGV[5], 60, 3153600000)}
if not KEYS[1] or not KEYS[2] or not KEYS[3] then return redis.error_reply('ERR three or four keys are needed') end
if not at then return redis.error_reply('ERR at is not a Unix time in milliseconds') end
if not amount then return redis.error_reply('ERR amount is not a whole number') end
if not kept[1] or not kept[2] or not kept[3] then
    return redis.error_reply('ERR a time to keep is not a whole number of seconds from 60')
end

if KEYS[4] and not redis.call('SET', KEYS[4], '1', 'NX', 'EX', 86400) then return {0, 0, 0, 0} end

local bucket = {math.floor(at / 60000) % 60, math.floor(at / 3600000) % 24, math.floor(at / 86400000)}
local reply = {1}
for n = 1, 3 do
    reply[n + 1] = redis.call('HINCRBY', KEYS[n], bucket[n], string.format('%d', amount))
    redis.call('EXPIRE', KEYS[n], string.format('%d', kept[n]))
end
return reply
