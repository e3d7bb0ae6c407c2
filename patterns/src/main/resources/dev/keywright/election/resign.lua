#!lua flags=allow-oom
--[[
Ends the term of the owner, or its waiting, and hands over: the office is kept for the candidate that waited longest, who is woken.
Safe to send twice; the second time it says 0.

KEYS  1 leader    hash {owner, term, candidate, data}; only an owner while the office is kept for one who was woken
      2 waiting   sorted set of owners by the microsecond they came
      3 alive     hash; until which microsecond each of them is taken for alive
ARGV  1 owner     text without spaces, 8 or more; of the term
      2 waited    one of 0, 1; 1 when the owner may be registered as waiting
      3 channel   text; what the channels of clients begin with, the rest being the first 22 letters of an owner
      4 news      text; the channel on which a change is told
REPLY 1 ended or given up, 0 refused, as it was not this owner's, or not any more
COST  O(log waiting); HGET, DEL, PUBLISH, ZRANGE, with candidates also TIME, HGET, ZREM, HDEL, HSET, PEXPIRE, PUBLISH; 100 dead ones are removed at most
NEEDS Redis 7.0
TRY   EVAL KEYS election:{a} election:{a}:waiting election:{a}:alive ARGV client-1 0 wake! election:{a}
]]
local kept = 500 -- milliseconds for which the office is kept for one who was woken
local leads = redis.call('HGET', KEYS[1], 'owner') == ARGV[1]

local function leave(candidate)
    redis.call('ZREM', KEYS[2], candidate)
    redis.call('HDEL', KEYS[3], candidate)
end

local function handOver()
    for _ = 1, 100 do
        local first = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
        if not first then
            return
        end
        local time = redis.call('TIME')
        local clock = tonumber(time[1]) * 1000000 + tonumber(time[2])
        local alive = tonumber(redis.call('HGET', KEYS[3], first) or 0) > clock
        leave(first)
        if alive then -- who may not publish is still right: those who wait look by themselves
            redis.call('HSET', KEYS[1], 'owner', first)
            redis.call('PEXPIRE', KEYS[1], kept)
            redis.pcall('PUBLISH', ARGV[3] .. string.sub(first, 1, 22), first)
            return
        end
    end
end

if ARGV[2] == '1' then
    leave(ARGV[1])
end
if leads then
    redis.call('DEL', KEYS[1])
    handOver()
    redis.pcall('PUBLISH', ARGV[4], '')
end
return leads and 1 or 0
