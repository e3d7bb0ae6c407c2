#!lua
--[[
Takes permits when there are enough for the owner and for all who came earlier and wait; else registers it as waiting if it wants to.
Permits whose lease is over are free. Safe to send twice: an owner finds its own permits, whose lease then begins anew.

KEYS  1 held      hash; owner -> its permits, and 'held' -> the sum of all
      2 ends      sorted set of owners by the microsecond at which their lease ends
      3 waiting   sorted set of owners by the microsecond they came
      4 wishes    hash; owner -> permits it wants, until which microsecond it is taken for alive, and w once it was woken
      5 permits   string; how many there are in all, when that was stored
ARGV  1 owner     text without spaces, 8 or more; of these permits and of no others
      2 wanted    whole number, 1 to 1000000
      3 permits   whole number, 1 to 1000000; how many there are in all when nothing is stored
      4 lease     milliseconds, 1 or more
      5 patience  milliseconds, 0 or more; how long it is taken for alive while it waits, 0 when it does not wait
      6 since     microseconds, 0 or more; when it came, as answered before, 0 at first
REPLY {1} it has them; {0, ms left of the lease that ends first, when the caller came}
COST  O(log held + log waiting); TIME, GETEX, HMGET, ZRANGE, ZRANGE, HSET, ZADD, PTTL, PTTL; when waiting ZADD, HSET, PEXPIRE; 100 leases that
      are over are cleared at most, and 100 who came earlier looked at
NEEDS Redis 7.0
TRY   EVAL KEYS sem:{a} sem:{a}:ends sem:{a}:waiting sem:{a}:wishes sem:{a}:permits ARGV client-1 2 5 30000 0 0
]]
local stored = 2592000000 -- milliseconds for which the number of permits is kept when nobody asks
local spare = 60000 -- milliseconds by which keys outlive leases, so that not every lease has to prolong them
local owner, wanted, lease, patience, since = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local time = redis.call('TIME')
local clock = tonumber(time[1]) * 1000000 + tonumber(time[2])
local permits = tonumber(redis.call('GETEX', KEYS[5], 'PX', stored) or ARGV[3])
local books = redis.call('HMGET', KEYS[1], 'held', owner)
local held, mine = tonumber(books[1] or 0), books[2]

local function written(number)
    return string.format('%.0f', number)
end

local function leave(waiter)
    redis.call('ZREM', KEYS[3], waiter)
    redis.call('HDEL', KEYS[4], waiter)
end

local function clear()
    local over = redis.call('ZRANGE', KEYS[2], '-inf', written(clock), 'BYSCORE', 'LIMIT', 0, 100)
    for _, each in ipairs(over) do
        held = held - tonumber(redis.call('HGET', KEYS[1], each) or 0)
        redis.call('HDEL', KEYS[1], each)
        redis.call('ZREM', KEYS[2], each)
        mine = mine and each ~= owner
    end
    if held + wanted > permits and redis.call('HLEN', KEYS[1]) > redis.call('ZCARD', KEYS[2]) + 1 then
        redis.call('DEL', KEYS[1], KEYS[2]) -- there are owners without a lease: it was deleted or evicted
        held, mine = 0, false
    elseif #over > 0 and redis.call('EXISTS', KEYS[1]) == 1 then
        redis.call('HSET', KEYS[1], 'held', written(held))
    end
end

local function enough()
    local left, at = permits - held - wanted, 0
    for _ = 1, 100 do
        local earlier = left >= 0 and redis.call('ZRANGE', KEYS[3], at, at)[1]
        if not earlier or earlier == owner then
            return left >= 0
        end
        local wish, alive = string.match(redis.call('HGET', KEYS[4], earlier) or '', '^(%d+) (%d+)')
        if tonumber(alive or 0) <= clock then
            leave(earlier)
        else
            at = at + 1
            left = left - (tonumber(wish) <= permits and tonumber(wish) or 0)
        end
    end
    return false
end

clear()
if not mine and wanted > permits then
    return redis.error_reply('TOOMANY permits: ' .. ARGV[2] .. ' of ' .. written(permits) .. ' asked for. Ask for fewer, or change their number')
elseif mine or enough() then
    if not mine then
        redis.call('HSET', KEYS[1], 'held', written(held + wanted), owner, ARGV[2])
    end
    redis.call('ZADD', KEYS[2], written(clock + lease * 1000), owner)
    for i = 1, 2 do
        if redis.call('PTTL', KEYS[i]) < lease then
            redis.call('PEXPIRE', KEYS[i], lease + spare)
        end
    end
    if since > 0 or patience > 0 then
        leave(owner)
    end
    return {1}
end

if patience > 0 then
    since = since > 0 and since or clock
    redis.call('ZADD', KEYS[3], written(since), owner)
    redis.call('HSET', KEYS[4], owner, ARGV[2] .. ' ' .. written(clock + patience * 1000))
    redis.call('PEXPIRE', KEYS[3], patience)
    redis.call('PEXPIRE', KEYS[4], patience)
end
local first = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2]
return {0, math.max(math.ceil((tonumber(first or 0) - clock) / 1000), 0), since}
