#!lua
--[[
Lets one more reader in, or the writer alone, each in the order they came; else registers the caller as waiting if it wants to wait.
Safe to send twice: an owner finds its own hold, whose lease then begins anew.

KEYS  1 writer    string; owner, a space, token
      2 readers   sorted set of owners by the microsecond at which their lease is over
      3 fence     string; the highest token given so far
      4 writers   sorted set of owners that wait to write, by the microsecond they came
      5 waiting   sorted set of owners that wait to read, by the microsecond they came
      6 alive     hash; until which microsecond each of those who wait is taken for alive
ARGV  1 owner     text without spaces; of this hold and of no other
      2 write     one of 0, 1; 1 to write
      3 lease     milliseconds, 1 or more
      4 patience  milliseconds, 0 or more; how long it is taken for alive while it waits, 0 when it does not wait
      5 since     microseconds, 0 or more; when it came, as answered before, 0 at first, 1 when it asked and got no answer
      6 channel   text; what the channels of clients begin with, the rest being the first 22 letters of an owner
REPLY {1, token}, for readers that of the writer before them; {0, ms left of the holder's lease or 0, when the caller came}
COST  O(log readers + log waiting); TIME, GET, ZRANGE, to read also ZSCORE, ZADD, PTTL, PEXPIRE, to write SET; when waiting ZADD, HSET, PEXPIRE, ZREM, HDEL, PUBLISH; dead readers and those who wait and are dead are removed, 100 at most
NEEDS Redis 7.0
TRY   EVAL KEYS lock:{a}:rw lock:{a}:rw:readers lock:{a}:rw:fence lock:{a}:rw:writers lock:{a}:rw:waiting lock:{a}:rw:alive ARGV client-1 0 30000 0 0 wake!
]]
local owner, writes, lease, patience, since =
    ARGV[1], ARGV[2] == '1', tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('TIME')
local clock = tonumber(time[1]) * 1000000 + tonumber(time[2])
local mine = owner .. ' '
local queue = writes and KEYS[4] or KEYS[5]
if since == 1 then -- it may be registered
    since = tonumber(redis.call('ZSCORE', queue, owner) or 0)
end
local came = since > 0 and since or clock
local fenced = 172800000 -- milliseconds for which the highest token is kept

local function written(number)
    return string.format('%.0f', number)
end

local function leave(from, waiter)
    redis.call('ZREM', from, waiter)
    redis.call('HDEL', KEYS[6], waiter)
end

local function earliest(from) -- who is alive of those who wait, and when it came
    for _ = 1, 100 do
        local first, at = unpack(redis.call('ZRANGE', from, 0, 0, 'WITHSCORES'))
        if not first then
            return nil, math.huge
        elseif first == owner or tonumber(redis.call('HGET', KEYS[6], first) or 0) > clock then
            return first, tonumber(at)
        end
        leave(from, first)
    end
    return nil, 0 -- as if it were alive: the next look goes on
end

local function granted(token)
    if since > 0 then
        leave(queue, owner)
        local next = not writes and redis.call('ZRANGE', queue, 99, 99)[1]
        if next then -- a release wakes 100 readers; each that comes in, one more
            redis.pcall('PUBLISH', ARGV[6] .. string.sub(next, 1, 22), next)
        end
    end
    return {1, token}
end

local function refused(left)
    if patience > 0 then
        redis.call('ZADD', queue, written(came), owner)
        redis.call('HSET', KEYS[6], owner, written(clock + patience * 1000))
        redis.call('PEXPIRE', queue, patience)
        redis.call('PEXPIRE', KEYS[6], patience)
        since = came
    end
    return {0, math.max(left, 0), since}
end

local function write()
    local _, over = unpack(redis.call('ZRANGE', KEYS[2], 0, 0, 'REV', 'WITHSCORES'))
    if over and tonumber(over) > clock then
        return refused(math.ceil((tonumber(over) - clock) / 1000))
    end
    local first, at = earliest(KEYS[4])
    local _, reader = earliest(KEYS[5])
    if first ~= owner and at <= came or reader < came then
        return refused(0)
    end
    local token = math.max(tonumber(redis.call('GET', KEYS[3]) or 0) + 1, clock)
    if over then -- readers whose leases are all over
        redis.call('DEL', KEYS[2])
    end
    redis.call('SET', KEYS[1], mine .. written(token), 'PX', lease)
    redis.call('SET', KEYS[3], written(token), 'PX', fenced)
    return granted(token)
end

local function read()
    local over = tonumber(redis.call('ZSCORE', KEYS[2], owner) or 0)
    local _, at = earliest(KEYS[4])
    if over <= clock and at <= came then
        return refused(0)
    end
    local dead = redis.call('ZRANGE', KEYS[2], '-inf', written(clock), 'BYSCORE', 'LIMIT', 0, 100)
    if #dead > 0 then
        redis.call('ZREM', KEYS[2], unpack(dead))
    end
    redis.call('ZADD', KEYS[2], 'GT', written(clock + lease * 1000), owner)
    if redis.call('PTTL', KEYS[2]) < lease then
        redis.call('PEXPIRE', KEYS[2], lease)
    end
    local token = tonumber(redis.call('GET', KEYS[3]) or 0)
    if token == 0 then -- no writer yet, or the counter was lost: above all before
        token = clock
        redis.call('SET', KEYS[3], written(token), 'PX', fenced)
    else
        redis.call('PEXPIRE', KEYS[3], fenced)
    end
    return granted(token)
end

local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, #mine) == mine then
    redis.call('PEXPIRE', KEYS[1], lease, 'GT')
    return granted(tonumber(string.sub(held, #mine + 1)))
elseif held then
    return refused(redis.call('PTTL', KEYS[1]))
end
return writes and write() or read()
