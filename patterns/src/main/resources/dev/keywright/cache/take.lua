#!lua flags=allow-oom
--[[
Takes the lease of a partition, or keeps it, and hands out the changes that are to be written, the oldest first. They stay where
they are until acknowledged. The lease is given up when there are none.

KEYS  1 owner     string: who has the lease
      2 changes   hash, see change.lua
      3 due       sorted set
      4 since     sorted set
ARGV  1 token     of whoever asks
      2 lease     milliseconds
      3 most      changes to hand out, 1,000 or less
      4 ahead     milliseconds: changes due so soon are handed out as well when there are enough for a whole batch
      5 eager     1 to hand them out anyway, else 0
      6 bytes     after which no more changes are handed out
REPLY {0, ms left, 0} somebody else has the lease; {1, ms until one is due or -1, changes that wait, text, change, age in ms, ...}
COST  O(log(changes) + most) and the size of what is handed out; GET, PTTL, SET or DEL, TIME, ZCOUNT, ZRANGE, HLEN, ZMSCORE, HGET, ZREM
NEEDS Redis 7.0
TRY   EVAL KEYS {p1}owner {p1}changes {p1}due {p1}since ARGV aaaaaaaa 10000 100 100 0 1000000
]]
local token, most, bytes = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[6])
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= token then
    return {0, math.max(redis.call('PTTL', KEYS[1]), 1), 0}
end
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.floor(micros / 1000)
local last = now + tonumber(ARGV[4])
if ARGV[5] ~= '1' and redis.call('ZCOUNT', KEYS[3], '-inf', last) < most then
    last = now
end
local texts = redis.call('ZRANGE', KEYS[3], '-inf', last, 'BYSCORE', 'LIMIT', 0, most)
if #texts == 0 then
    if owner then
        redis.call('DEL', KEYS[1])
    end
    local first = redis.call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')
    return {1, first[2] and math.max(first[2] - now, 1) or -1, redis.call('HLEN', KEYS[2])}
end

redis.call('SET', KEYS[1], token, 'PX', ARGV[2])
local reply = {1, 0, redis.call('HLEN', KEYS[2])}
local since = redis.call('ZMSCORE', KEYS[4], unpack(texts))
for i, text in ipairs(texts) do
    local change = redis.call('HGET', KEYS[2], text)
    if not change then
        redis.call('ZREM', KEYS[3], text)
        redis.call('ZREM', KEYS[4], text)
    else
        bytes = bytes - #change
        if bytes < 0 and #reply > 3 then
            break
        end
        reply[#reply + 1] = text
        reply[#reply + 1] = change
        reply[#reply + 1] = math.max(math.floor((micros - (since[i] or micros)) / 1000), 0)
    end
end
return reply
