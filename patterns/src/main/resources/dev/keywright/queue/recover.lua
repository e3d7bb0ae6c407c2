#!lua flags=allow-oom
--[[
Puts entries of a consumer whose lease is over back to the front of the queue, as another attempt, or to the dead ones. From the first of
them on the consumer is not known any more, and so learns of it. A consumer that has nothing left is looked at once more a minute later,
as what it had asked for may arrive late.

KEYS  1 queue      list of entries
      2 taken      list of those the consumer has
      3 dead       list of those that are given up, newest first
      4 consumers  sorted set of consumers by the millisecond their lease ends
ARGV  1 consumer   bytes; its name
      2 record     bytes; its name, or ~ and its name for what is left
      3 attempts   how often an entry is handed out
      4 most       how many dead entries are kept
      5 keep       milliseconds they are kept after the last of them
      6 cause      bytes; why, with its length before it
REPLY how many were put back
COST  O(100 entries); TIME, ZSCORE, RPOP, LLEN, ZREM, ZADD; per entry LPUSH; LTRIM, PEXPIRE
NEEDS Redis 7.0
TRY   EVAL KEYS queue:{a} queue:{a}:taken:me queue:{a}:dead queue:{a}:consumers ARGV me me 5 1000 86400000 4:lost
]]
local queue, taken, dead, consumers = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local name, rest = ARGV[1], '~' .. ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = redis.call('ZSCORE', consumers, name)
if ends and tonumber(ends) > now then
    redis.call('ZREM', consumers, rest)
    return 0
end
redis.call('ZREM', consumers, name)
local entries = redis.call('RPOP', taken, 100) or {}
local died = false
for _, entry in ipairs(entries) do
    local attempt, tail = string.match(entry, '^(%d+)(;.*)$')
    if attempt and tonumber(attempt) < tonumber(ARGV[3]) then
        redis.call('LPUSH', queue, string.format('%d', attempt + 1) .. tail)
    elseif entry ~= '' then
        redis.call('LPUSH', dead, ARGV[6] .. entry)
        died = true
    end
end
if died then
    redis.call('LTRIM', dead, 0, ARGV[4] - 1)
    redis.call('PEXPIRE', dead, ARGV[5])
end
if redis.call('LLEN', taken) > 0 then
    redis.call('ZADD', consumers, now, rest)
elseif #entries > 0 or ARGV[2] == name then
    redis.call('ZADD', consumers, now + 60000, rest)
else
    redis.call('ZREM', consumers, rest)
end
return #entries
