#!lua flags=no-writes
--[[
Counts the jobs of a queue.

KEYS  1 ready    sorted set, see move.lua
      2 later    sorted set
      3 active   sorted set
      4 done     sorted set
      5 dead     sorted set
      6 behind   sorted set
      7 inbox    list
      8 arrived  list
      9 meta     hash
ARGV  1 first    place from which the oldest are looked for; 0
      2 last     place to which; 0
REPLY {ready, later, active, done, dead, behind, inbox, 1 when paused, age of the oldest ready in ms, milliseconds by which the first due
      is late, enqueued, taken, done, failed, died, lost, late, cancelled}
COST  O(log(all)); TIME, ZCARD, LLEN, LINDEX, ZRANGE, HMGET
NEEDS Redis 7.0
TRY   EVAL KEYS job:{a}:ready job:{a}:later job:{a}:active job:{a}:done job:{a}:dead job:{a}:behind job:{a}:inbox job:{a}:arrived job:{a}:meta ARGV 0 0
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local reply = {}
for i = 1, 6 do
    reply[i] = redis.call('ZCARD', KEYS[i])
end
reply[7] = 0
for i = 7, 8 do
    local wakes = redis.call('LINDEX', KEYS[i], 0) == '' and 1 or 0 -- a text that only wakes somebody
    reply[7] = reply[7] + redis.call('LLEN', KEYS[i]) - wakes
end
local from, last = tonumber(ARGV[1]), tonumber(ARGV[2])
local first = redis.call('ZRANGE', KEYS[1], from, last, 'WITHSCORES')
local due = redis.call('ZRANGE', KEYS[2], from, last, 'WITHSCORES')
local meta = redis.call('HMGET', KEYS[9], 'paused', 'enqueued', 'taken', 'done', 'failed', 'died', 'lost', 'late', 'cancelled')
reply[8] = meta[1] and 1 or 0
reply[9] = first[2] and math.max(now - math.floor(first[2] / 1000), 0) or 0
reply[10] = due[2] and math.max(now - due[2], 0) or 0
for i = 2, 9 do
    reply[9 + i] = tonumber(meta[i] or 0)
end
return reply
