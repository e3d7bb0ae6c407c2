#!lua flags=allow-oom
--[[
Frees the permits the owner has, ends its waiting, and wakes those who waited longest and for whom there are enough now.
Safe to send twice; the second time it says 0. With an owner who has nothing it only wakes.

KEYS  1 held      hash; owner -> its permits, and 'held' -> the sum of all
      2 ends      sorted set of owners by the microsecond at which their lease ends
      3 waiting   sorted set of owners by the microsecond they came
      4 wishes    hash; owner -> permits it wants, until which microsecond it is taken for alive, and w once it was woken
      5 permits   string; how many there are in all, when that was stored
ARGV  1 owner     text without spaces, 8 or more; of the permits
      2 permits   whole number, 1 to 1000000; how many there are in all when nothing is stored
      3 waited    one of 0, 1; 1 when the owner may be registered as waiting
      4 channel   text; what the channels of clients begin with, the rest being the first 22 letters of an owner
REPLY 1 freed, 0 refused, as it has none, or none any more
COST  O(log held + woken * log waiting); HGET, HDEL, ZREM, HINCRBY, EXISTS, with waiters also TIME, GET, ZRANGE, HGET, HSET, PUBLISH; 100 are looked
      at at most
NEEDS Redis 7.0
TRY   EVAL KEYS sem:{a} sem:{a}:ends sem:{a}:waiting sem:{a}:wishes sem:{a}:permits ARGV client-1 5 0 wake!
]]
local owner = ARGV[1]
local had = redis.call('HGET', KEYS[1], owner)

local function leave(waiter)
    redis.call('ZREM', KEYS[3], waiter)
    redis.call('HDEL', KEYS[4], waiter)
end

local function wake()
    local time = redis.call('TIME')
    local clock = tonumber(time[1]) * 1000000 + tonumber(time[2])
    local permits = tonumber(redis.call('GET', KEYS[5]) or ARGV[2])
    local left, at = permits - tonumber(redis.call('HGET', KEYS[1], 'held') or 0), 0
    for _ = 1, 100 do
        local first = left > 0 and redis.call('ZRANGE', KEYS[3], at, at)[1]
        if not first then
            return
        end
        local wish = redis.call('HGET', KEYS[4], first) or ''
        local wanted, alive, woken = string.match(wish, '^(%d+) (%d+)(.*)$')
        if tonumber(alive or 0) <= clock then
            leave(first)
        else
            at = at + 1
            left = left - (tonumber(wanted) <= permits and tonumber(wanted) or 0) -- who wants more than all is to hear of it
            if left >= 0 and woken == '' then -- who may not publish is still right: those who wait look by themselves
                redis.call('HSET', KEYS[4], first, wish .. ' w')
                redis.pcall('PUBLISH', ARGV[4] .. string.sub(first, 1, 22), first)
            end
        end
    end
end

if had then
    redis.call('HDEL', KEYS[1], owner)
    redis.call('ZREM', KEYS[2], owner)
    if redis.call('HINCRBY', KEYS[1], 'held', '-' .. had) <= 0 then
        redis.call('HDEL', KEYS[1], 'held')
    end
end
if ARGV[3] == '1' then
    leave(owner)
end
if redis.call('EXISTS', KEYS[3]) == 1 then
    wake()
end
return had and 1 or 0
