#!lua
--[[
Keeps a member's best score; of equal scores the one reached first ranks higher.
The score is stored with a fraction that shrinks second by second from the start of the season, so the whole part is the score.
Exact for 2^22 seconds (48 days); later ties fall back to the order of the names.

KEYS  1 board     sorted set {member: score + fraction}
ARGV  1 member    not empty
      2 score     whole number, 0 to 2147483647
      3 start     of the season, Unix time in seconds
      4 ttl       seconds the board lives from its first score, 0 for ever
REPLY {1 when this is a new best or 0, place counted from 1, best score}
COST  O(log N); TIME, ZADD, ZREVRANK, ZSCORE, once EXPIRE
NEEDS Redis 7.0
]]
local function whole(text, low, high)
    local n = tonumber(text)
    if not n or n ~= math.floor(n) or n < low or n > high then return nil end
    return n
end

local member, score = ARGV[1], whole(ARGV[2], 0, 2147483647)
local start, ttl = whole(ARGV[3], 0, 99999999999), whole(ARGV[4], 0, 315360000)
if not member or member == '' then return redis.error_reply('ERR member is empty') end
if not score then return redis.error_reply('ERR score is not a whole number from 0 to 2147483647') end
if not start then return redis.error_reply('ERR start is not a Unix time in seconds') end
if not ttl then return redis.error_reply('ERR ttl is not a whole number of seconds from 0 to ten years') end

local span = 4194304 -- 2^22; 31 bits of score and 22 of fraction fit the 53 of a double
local elapsed = math.max(0, math.min(span - 1, tonumber(redis.call('TIME')[1]) - start))
local packed = score + (span - 1 - elapsed) / span

local changed = redis.call('ZADD', KEYS[1], 'GT', 'CH', string.format('%.17g', packed), member)
if ttl > 0 and redis.call('TTL', KEYS[1]) == -1 then redis.call('EXPIRE', KEYS[1], ttl) end
local place = redis.call('ZREVRANK', KEYS[1], member) + 1
return {changed, place, math.floor(tonumber(redis.call('ZSCORE', KEYS[1], member)))}
