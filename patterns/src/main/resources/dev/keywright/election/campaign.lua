#!lua
--[[
Makes the owner leader, for a new term, if there is none; else registers it as a candidate that waits, if it wants to wait.
Safe to send twice: an owner finds its own term, whose lease then begins anew.

KEYS  1 leader    hash {owner, term, candidate, data}; only an owner while the office is kept for one who was woken
      2 term      string; the highest term so far
      3 waiting   sorted set of owners by the microsecond they came
      4 alive     hash; until which microsecond each of them is taken for alive
ARGV  1 owner     text without spaces, 8 or more; of this term and of no other
      2 lease     milliseconds, 1 or more
      3 candidate text; who others see
      4 data      text; what others see of it
      5 patience  milliseconds, 0 or more; how long it is taken for alive while it waits, 0 when it does not wait
      6 since     microseconds, 0 or more; when it came, as answered before, 0 at first
      7 news      text; the channel on which a change is told
REPLY {1, term}; {0, ms left of the leader's lease, when the caller came}
COST  O(log waiting); HMGET, TIME, GET, SET, HSET, PEXPIRE, ZREM, HDEL, PUBLISH; when waiting TIME, ZADD, HSET, PEXPIRE, PTTL
NEEDS Redis 7.0
TRY   EVAL KEYS election:{a} election:{a}:term election:{a}:waiting election:{a}:alive ARGV client-1 10000 node-1 10.0.0.5:80 0 0 election:{a}
]]
local owner, lease, patience, since = ARGV[1], ARGV[2], tonumber(ARGV[5]), tonumber(ARGV[6])
local leader = redis.call('HMGET', KEYS[1], 'owner', 'term')
local time = redis.call('TIME')
local clock = tonumber(time[1]) * 1000000 + tonumber(time[2])

local function written(number)
    return string.format('%.0f', number)
end

if not leader[1] or leader[1] == owner then
    local term = tonumber(leader[2] or math.max(tonumber(redis.call('GET', KEYS[2]) or 0) + 1, clock))
    redis.call('SET', KEYS[2], written(term), 'PX', 172800000)
    redis.call('HSET', KEYS[1], 'owner', owner, 'term', written(term), 'candidate', ARGV[3], 'data', ARGV[4])
    redis.call('PEXPIRE', KEYS[1], lease)
    redis.call('ZREM', KEYS[3], owner)
    redis.call('HDEL', KEYS[4], owner)
    if not leader[2] then -- who may not publish is still right: those who watch look by themselves
        redis.pcall('PUBLISH', ARGV[7], written(term))
    end
    return {1, term}
end

if patience > 0 then
    since = since > 0 and since or clock
    redis.call('ZADD', KEYS[3], written(since), owner)
    redis.call('HSET', KEYS[4], owner, written(clock + patience * 1000))
    redis.call('PEXPIRE', KEYS[3], patience)
    redis.call('PEXPIRE', KEYS[4], patience)
end
return {0, math.max(redis.call('PTTL', KEYS[1]), 0), since}
