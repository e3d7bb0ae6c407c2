#!lua flags=allow-oom
--[[
Frees the lock if the owner has it, ends its waiting, and wakes the next one who waits and is alive.
Safe to send twice; the second time it says 0.

KEYS  1 lock      string; + when somebody is known to wait, else -, then owner, a space, token, which is missing while the lock is kept
                  for one who was woken
      2 waiting   sorted set of owners by the microsecond they came
      3 alive     hash; until which microsecond each of them is taken for alive
ARGV  1 owner     text without spaces; of the hold
      2 fair      one of 0, 1; when 1 who is woken keeps its place until it has the lock
      3 waited    one of 0, 1; 1 when the owner may be registered as waiting
      4 channel   text; what the channels of clients begin with, the rest being the first 22 letters of an owner
REPLY 1 freed or given up, 0 refused, as it was not this owner's any more
COST  O(log waiting); GET, DEL, with waiters also ZRANGE, TIME, HGET, ZREM, HDEL, SET, PUBLISH; dead waiters are removed, 100 at most
NEEDS Redis 7.0
TRY   EVAL KEYS lock:{a} lock:{a}:waiting lock:{a}:alive ARGV client-1 0 0 wake!
]]
local mine = ARGV[1] .. ' '
local held = redis.call('GET', KEYS[1])
local freed = held and string.sub(held, 2, #mine + 1) == mine
if freed then
    redis.call('DEL', KEYS[1])
    if ARGV[3] == '0' and string.sub(held, 1, 1) == '-' then
        return 1 -- what follows is for those who wait
    end
end

local longest = 20000 -- microseconds during which others may be faster than one who waits
local kept = 500 -- milliseconds for which the lock is kept for one who waited longer

local function leave(waiter)
    redis.call('ZREM', KEYS[2], waiter)
    redis.call('HDEL', KEYS[3], waiter)
end

local function wake()
    for _ = 1, 100 do
        local first, came = unpack(redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES'))
        if not first then
            return
        end
        local time = redis.call('TIME')
        local clock = tonumber(time[1]) * 1000000 + tonumber(time[2])
        local alive = tonumber(redis.call('HGET', KEYS[3], first) or 0) > clock
        if not alive or ARGV[2] == '0' then
            leave(first)
        end
        if alive and ARGV[2] == '0' and clock - tonumber(came) > longest then
            redis.call('SET', KEYS[1], '+' .. first .. ' ', 'PX', kept)
        end
        if alive then -- who may not publish is still right: those who wait look by themselves
            redis.pcall('PUBLISH', ARGV[4] .. string.sub(first, 1, 22), first)
            return
        end
    end
end

if ARGV[3] == '1' then
    leave(ARGV[1])
    if held and not freed and redis.call('EXISTS', KEYS[2]) == 1 then -- one who was woken and goes: the holder will wake the next
        redis.call('SETRANGE', KEYS[1], 0, '+')
    end
end
if not held or freed and string.sub(held, 1, 1) == '+' then -- one who was woken and goes passes it on
    wake()
end
return freed and 1 or 0
