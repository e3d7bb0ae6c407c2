#!lua flags=allow-oom
--[[
Renews the leases of jobs that are worked on, and stores how far they are.

KEYS  1 jobs    see move.lua
      2 active  sorted set of ids by the millisecond at which the lease is over
ARGV  1 lease   milliseconds
      2.. jobs  three each, 100 jobs or less: id, run, progress or nothing
REPLY of each job 1 when it is held, 2 when it is and shall be cancelled, 0 when it is not held any more
COST  O(jobs * log(active)); TIME, HMGET, HSET, ZMSCORE, ZADD
NEEDS Redis 7.0
TRY   EVAL KEYS job:{a}:jobs job:{a}:active ARGV 30000 1 1 50%
]]
local jobs, active = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local over = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
local ids, fields = {}, {}
for i = 2, #ARGV, 3 do
    ids[#ids + 1] = ARGV[i]
    fields[#fields + 1] = 'j' .. ARGV[i]
    fields[#fields + 1] = 'c' .. ARGV[i]
end
local scores = redis.call('ZMSCORE', active, unpack(ids))
local found = redis.call('HMGET', jobs, unpack(fields))
local reply = {}
for i, id in ipairs(ids) do
    local run, progress = ARGV[3 * i], ARGV[3 * i + 1]
    if scores[i] and string.match(found[2 * i - 1] or '', '^%d+') == run then
        redis.call('ZADD', active, over, id)
        if progress ~= '' then
            redis.call('HSET', jobs, 'g' .. id, progress)
        end
        reply[i] = found[2 * i] and 2 or 1
    else
        reply[i] = 0
    end
end
return reply
