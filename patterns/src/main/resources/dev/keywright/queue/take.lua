#!lua flags=allow-oom
--[[
Acknowledges entries of a consumer, renews its lease, lets due entries into the queue, and takes the next ones. An entry that was taken
before comes alone, so that one that kills its consumers takes no others with it. Who waits for room is woken.

KEYS  1 queue      list of entries; an empty one only wakes somebody
      2 taken      list of those the consumer has
      3 consumers  sorted set of consumers by the millisecond their lease ends
      4 later      sorted set of entries by the millisecond they are due
      5 senders    sorted set of those who wait for room, by the millisecond they came
ARGV  1 consumer   bytes; its name
      2 lease      milliseconds
      3 count      how many are wanted, 0 to 1000
      4 channel    what the channels of those who wait begin with; the first 22 letters of the waiter follow
      5.. entry    bytes of what is acknowledged
REPLY {for each acknowledged 1, or 0 when the consumer had it no more; the entries; milliseconds until the next is due, -1 for none; 1 when
      the consumer was not known, so that others have what it had}
COST  O(entries * taken); TIME, ZADD, ZRANGE, LPOP, RPUSH, LPUSH, EXISTS, with senders ZPOPMIN, PUBLISH; per acknowledged LREM; per due
      ZREM, RPUSH; 100 due at a time
NEEDS Redis 7.0
TRY   EVAL KEYS queue:{a} queue:{a}:taken:me queue:{a}:consumers queue:{a}:later queue:{a}:senders ARGV me 30000 1 wake!
]]
local queue, taken, consumers, later, senders = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local unknown = redis.call('ZADD', consumers, now + ARGV[2], ARGV[1])
local acknowledged = {}
for i = 5, #ARGV do
    acknowledged[i - 4] = redis.call('LREM', taken, 1, ARGV[i])
end

-- lets in what is due, and answers how long until the next is
local function admit()
    local next = redis.call('ZRANGE', later, 0, 0, 'WITHSCORES')
    if next[2] and tonumber(next[2]) <= now then
        local due = redis.call('ZRANGE', later, '-inf', now, 'BYSCORE', 'LIMIT', 0, 100)
        redis.call('ZREM', later, unpack(due))
        redis.call('RPUSH', queue, unpack(due))
        next = redis.call('ZRANGE', later, 0, 0, 'WITHSCORES')
    end
    return next[2] and math.max(0, tonumber(next[2]) - now) or -1
end

local wait = admit()
local count = tonumber(ARGV[3])
local entries = {}

-- gives back what comes after an entry that was taken before, or that one itself when others came before it
local function take(found)
    local alone = false
    for i, entry in ipairs(found) do
        local again = entry ~= '' and string.sub(entry, 1, 2) ~= '1;'
        if alone or again and #entries > 0 then
            for back = #found, i, -1 do
                redis.call('LPUSH', queue, found[back])
            end
            return true
        end
        if entry ~= '' then
            entries[#entries + 1] = entry
        end
        alone = again
    end
    return alone
end

while #entries < count do
    local found = redis.call('LPOP', queue, count - #entries)
    if not found or #found == 0 or take(found) then
        break
    end
end
if #entries > 0 then
    redis.call('RPUSH', taken, unpack(entries))
    if redis.call('EXISTS', senders) == 1 then
        local waiting = redis.call('ZPOPMIN', senders, #entries)
        for i = 1, #waiting, 2 do
            redis.pcall('PUBLISH', ARGV[4] .. string.sub(waiting[i], 1, 22), waiting[i])
        end
    end
end
return {acknowledged, entries, wait, unknown}
