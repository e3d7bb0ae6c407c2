#!lua flags=allow-oom
--[[
Ends the owner's hold, or its waiting, and wakes those whose turn it is: all readers that came before the first writer that waits, or
that writer when nobody holds the lock. (Of more than 100 readers the others are woken by those who came in.) Safe to send twice; the second time it says 0.

KEYS  1 writer    string; owner, a space, token
      2 readers   sorted set of owners by the microsecond at which their lease is over
      3 writers   sorted set of owners that wait to write, by the microsecond they came
      4 waiting   sorted set of owners that wait to read, by the microsecond they came
      5 alive     hash; until which microsecond each of those who wait is taken for alive
ARGV  1 owner     text without spaces; of the hold
      2 write     one of 0, 1; 1 when it wrote, or wanted to
      3 waited    one of 0, 1; 1 when the owner may be registered as waiting
      4 channel   text; what the channels of clients begin with, the rest being the first 22 letters of an owner
REPLY 1 ended, 0 refused, as it was over before
COST  O(log readers + log waiting + woken); TIME, GET, DEL or ZSCORE, ZREM, ZRANGE, with some who wait also HGET, PUBLISH; wakes and removes 100 at most
NEEDS Redis 7.0
TRY   EVAL KEYS lock:{a}:rw lock:{a}:rw:readers lock:{a}:rw:writers lock:{a}:rw:waiting lock:{a}:rw:alive ARGV client-1 0 0 wake!
]]
local owner, writes = ARGV[1], ARGV[2] == '1'
local time = redis.call('TIME')
local clock = tonumber(time[1]) * 1000000 + tonumber(time[2])
local mine = owner .. ' '

local function leave(from, waiter)
    redis.call('ZREM', from, waiter)
    redis.call('HDEL', KEYS[5], waiter)
end

local function wake(waiter) -- who may not publish is still right: those who wait look by themselves
    redis.pcall('PUBLISH', ARGV[4] .. string.sub(waiter, 1, 22), waiter)
end

local function earliest(from) -- who is alive of those who wait, and when it came
    for _ = 1, 100 do
        local first, at = unpack(redis.call('ZRANGE', from, 0, 0, 'WITHSCORES'))
        if not first or tonumber(redis.call('HGET', KEYS[5], first) or 0) > clock then
            return first, at
        end
        leave(from, first)
    end
end

local function wakeNext()
    local writer, at = earliest(KEYS[3])
    local reader, came = earliest(KEYS[4])
    if reader and (not writer or tonumber(came) < tonumber(at)) then
        local before = writer and '(' .. at or '+inf'
        for _, each in ipairs(redis.call('ZRANGE', KEYS[4], '-inf', before, 'BYSCORE', 'LIMIT', 0, 100)) do
            wake(each)
        end
    elseif writer then
        local _, over = unpack(redis.call('ZRANGE', KEYS[2], 0, 0, 'REV', 'WITHSCORES'))
        if not over or tonumber(over) <= clock then
            wake(writer)
        end
    end
end

local held = redis.call('GET', KEYS[1])
local ended
if writes then
    ended = held and string.sub(held, 1, #mine) == mine
    if ended then
        redis.call('DEL', KEYS[1])
        held = false
    end
else
    ended = tonumber(redis.call('ZSCORE', KEYS[2], owner) or 0) > clock
    redis.call('ZREM', KEYS[2], owner)
end
if ARGV[3] == '1' then
    leave(writes and KEYS[3] or KEYS[4], owner)
end
if not held then -- one who goes without the lock may have been in the way of others
    wakeNext()
end
return ended and 1 or 0
