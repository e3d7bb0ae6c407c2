#!lua
--[[
Adds to the buckets of events, all or none, once per batch. A hash that may have only so many fields puts the rest into '*'.

KEYS  1 mark      string; the number of the last batch of its sender
      2.. hashes  {bucket: count}, 1 to 400 of them
ARGV  1 batch     whole number, 1 to 9007199254740991, growing from batch to batch of one sender; 0 when it cannot come twice
      2 keep      milliseconds that the mark is kept, 1 to 315360000000
      3.. rest    for each hash in turn: Unix time in milliseconds at which it is forgotten; how many fields it may have beside '*', 0 for any;
                  how many pairs follow; and the pairs: field, whole number to add (64 bits)
REPLY 1 added, 0 this batch or a later one of its sender was added before
COST  O(pairs); GET and SET with a batch; TYPE, PEXPIREAT for a new one, HINCRBY for each pair; HLEN, HEXISTS where fields are limited
NEEDS Redis 7.0
TRY   EVAL KEYS count:views:{home}:i:7f3a count:views:{home}:m:491908 ARGV 1 3600000 4102444800000 0 2 30 5 31 7
]]
local batch, keep = tonumber(ARGV[1]), tonumber(ARGV[2])
if not (batch and batch >= 0 and batch <= 9007199254740991 and keep and keep >= 1 and keep <= 315360000000) or #KEYS < 2 or #KEYS > 401 then
    return redis.error_reply('BADARGUMENT the batch, the time to keep or the number of hashes is out of its range')
end
if batch > 0 and tonumber(redis.call('GET', KEYS[1]) or 0) >= batch then
    return 0
end
local fresh = {}
for i = 2, #KEYS do
    local kind = redis.call('TYPE', KEYS[i]).ok
    if kind ~= 'hash' and kind ~= 'none' then
        return redis.error_reply('WRONGTYPE a bucket is a ' .. kind .. ' and no hash')
    end
    fresh[i] = kind == 'none'
end

local done = {}
local function undo()
    for i = #done, 1, -1 do
        local key, field, amount = KEYS[done[i][1]], done[i][2], done[i][3]
        local back = string.sub(amount, 1, 1) == '-' and string.sub(amount, 2) or amount == '0' and '0' or '-' .. amount -- no '-0'
        if redis.call('HINCRBY', key, field, back) == 0 then
            redis.call('HDEL', key, field)
        end
    end
end

local at = 3
for i = 2, #KEYS do
    local key, ends, cap, pairs = KEYS[i], ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
    at = at + 3
    local room = cap > 0 and cap + redis.call('HEXISTS', key, '*') - redis.call('HLEN', key)
    for _ = 1, pairs do
        local field, amount = ARGV[at], ARGV[at + 1]
        at = at + 2
        if room and redis.call('HEXISTS', key, field) == 0 then
            if room > 0 then
                room = room - 1
            else
                field = '*'
            end
        end
        local added = redis.pcall('HINCRBY', key, field, amount)
        if type(added) == 'table' then -- no whole number is there, or it would be beyond 64 bits
            undo()
            return added
        end
        done[#done + 1] = {i, field, amount}
    end
    if fresh[i] then
        redis.call('PEXPIREAT', key, ends)
    end
end
if batch > 0 then
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return 1
