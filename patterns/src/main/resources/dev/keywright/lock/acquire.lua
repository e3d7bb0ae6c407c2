#!lua
--[[
Takes the lock if it is free and, when fair, nobody who is alive came earlier; else registers the caller as waiting if it wants to wait.
Safe to send twice: an owner finds its own hold, whose lease then begins anew, unless it lasts longer already.

KEYS  1 lock      string; + when somebody is known to wait, else -, then owner, a space, token, which is missing while the lock is kept
                  for one who was woken
      2 fence     string; the highest token given so far
      3 waiting   sorted set of owners by the microsecond they came
      4 alive     hash; until which microsecond each of them is taken for alive
ARGV  1 owner     text without spaces; of this hold and of no other
      2 lease     milliseconds, 1 or more
      3 tokens    number, 1 or more; how many tokens it takes, one after the other
      4 fair      one of 0, 1
      5 patience  milliseconds, 0 or more; how long it is taken for alive while it waits, 0 when it does not wait
      6 since     microseconds, 0 or more; when it came, as answered before, 0 at first, 1 when it asked and got no answer
REPLY {1, first token}; {0, ms left of the holder's lease, when the caller came}
COST  O(log waiting); TIME, SET, SET, when waiting also ZADD, HSET, PEXPIRE, SETRANGE, PTTL; dead waiters are removed, 100 at most
NEEDS Redis 7.0
TRY   EVAL KEYS lock:{a} lock:{a}:fence lock:{a}:waiting lock:{a}:alive ARGV client-1 30000 1 0 0 0
]]
local owner, lease, since = ARGV[1], ARGV[2], tonumber(ARGV[6])
local time = redis.call('TIME')
local clock = time[1] * 1000000 + time[2]
local mine = owner .. ' '
local held = redis.call('SET', KEYS[1], string.format('-%s %.0f', owner, clock), 'NX', 'GET', 'PX', lease)

local function keep(token) -- all tokens that go with this one are used up; answers the highest one before
    local last = string.format('%.0f', token + ARGV[3] - 1)
    return tonumber(redis.call('SET', KEYS[2], last, 'GET', 'PX', 172800000) or 0)
end

local before
if not held and since == 0 and ARGV[4] == '0' then
    before = keep(clock)
    if before < clock then
        return {1, clock} -- what follows is rare
    end
end

local patience = tonumber(ARGV[5])

if since == 1 then -- it may be registered
    since = tonumber(redis.call('ZSCORE', KEYS[3], owner) or 0)
end

local function leave(waiter)
    redis.call('ZREM', KEYS[3], waiter)
    redis.call('HDEL', KEYS[4], waiter)
end

local function earlier()
    for _ = 1, 100 do
        local first = redis.call('ZRANGE', KEYS[3], 0, 0)[1]
        if not first or first == owner then
            return false
        elseif tonumber(redis.call('HGET', KEYS[4], first) or 0) > clock then
            return true
        end
        leave(first)
    end
    return true
end

local function take(token)
    redis.call('SET', KEYS[1], string.format('-%s %.0f', owner, token), 'PX', lease)
end

if not held and ARGV[4] == '1' and earlier() then -- it is free for somebody else
    redis.call('DEL', KEYS[1])
elseif not held or string.sub(held, 2) == mine then
    local token = math.max((before or tonumber(redis.call('GET', KEYS[2]) or 0)) + 1, clock)
    keep(token)
    take(token)
    if since > 0 then
        leave(owner)
        if redis.call('EXISTS', KEYS[3]) == 1 then
            redis.call('SETRANGE', KEYS[1], 0, '+')
        end
    end
    return {1, token}
elseif string.sub(held, 2, #mine + 1) == mine then
    local token = tonumber(string.sub(held, #mine + 2))
    redis.call('PEXPIRE', KEYS[1], lease, 'GT')
    before = keep(token)
    if before > token + ARGV[3] - 1 then
        redis.call('SET', KEYS[2], string.format('%.0f', before), 'KEEPTTL')
    end
    return {1, token}
end

if patience > 0 then
    since = since > 0 and since or clock
    redis.call('ZADD', KEYS[3], string.format('%.0f', since), owner)
    redis.call('HSET', KEYS[4], owner, string.format('%.0f', clock + patience * 1000))
    redis.call('PEXPIRE', KEYS[3], patience)
    redis.call('PEXPIRE', KEYS[4], patience)
    if held then
        redis.call('SETRANGE', KEYS[1], 0, '+')
    end
end
return {0, math.max(redis.call('PTTL', KEYS[1]), 0), since}
