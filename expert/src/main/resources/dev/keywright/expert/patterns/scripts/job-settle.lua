#!lua
--[[
Ends or prolongs one attempt of a job, only for the worker that still holds it: id and attempt must match.

KEYS  1 active    sorted set {id: end of lease in ms}
      2 later     sorted set {id: due time in ms}
      3 body      hash {id: payload}
      4 tries     hash {id: attempts so far}
      5 dead      sorted set {id: time given up in ms}
      6 cause     hash {id: why the last attempt failed}
ARGV  1 id        of the job
      2 attempt   the number job-take.lua gave
      3 outcome   done, retry, dead, or hold (the lease is prolonged)
      4 delay     milliseconds until the retry, or of the new lease; 0 to 604800000
      5 maximum   attempts before a job is given up, 1 to 1000
      6 cause     text kept with a job that failed
REPLY 1 done, 2 will be tried again, 3 given up, 4 lease prolonged, 0 lost: another worker has it or it is settled
COST  O(log N); TIME, ZSCORE, HGET, ZREM, ZADD, HSET, HDEL
NEEDS Redis 7.0
]]
local function whole(text, low, high)
    local n = tonumber(text)
    if not n or n ~= math.floor(n) or n < low or n > high then return nil end
    return n
end

local id, attempt, outcome, cause = ARGV[1], whole(ARGV[2], 1, 1000000), ARGV[3], ARGV[6] or ''
local delay, maximum = whole(ARGV[4], 0, 604800000), whole(ARGV[5], 1, 1000)
if not id or id == '' then return redis.error_reply('ERR id is empty') end
if not attempt then return redis.error_reply('ERR attempt is not a whole number from 1') end
if outcome ~= 'done' and outcome ~= 'retry' and outcome ~= 'dead' and outcome ~= 'hold' then
    return redis.error_reply('ERR outcome is not one of done, retry, dead, hold')
end
if not delay then return redis.error_reply('ERR delay is not a whole number of milliseconds from 0 to 604800000') end
if not maximum then return redis.error_reply('ERR maximum is not a whole number from 1 to 1000') end

if not redis.call('ZSCORE', KEYS[1], id) then return 0 end
if tonumber(redis.call('HGET', KEYS[4], id) or 0) ~= attempt then return 0 end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

if outcome == 'hold' then
    redis.call('ZADD', KEYS[1], string.format('%d', now + delay), id)
    return 4
end
redis.call('ZREM', KEYS[1], id)
if outcome == 'done' then
    redis.call('HDEL', KEYS[3], id)
    redis.call('HDEL', KEYS[4], id)
    redis.call('HDEL', KEYS[6], id)
    return 1
end
redis.call('HSET', KEYS[6], id, cause)
if outcome == 'retry' and attempt < maximum then
    redis.call('ZADD', KEYS[2], string.format('%d', now + delay), id)
    return 2
end
redis.call('ZADD', KEYS[5], string.format('%d', now), id)
return 3
