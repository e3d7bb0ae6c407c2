#!lua
--[[
Adds entries to a queue in which no more than so many wait, all or none. Who waits for room is remembered, for a minute.

KEYS  1 queue     list of entries; an empty one only wakes somebody
      2 senders   sorted set of those who wait for room, by the millisecond they came
ARGV  1 capacity  how many may wait
      2 sender    bytes; who waits when there is no room, empty for nobody
      3.. entry   bytes
REPLY 1, or 0 when there is no room
COST  O(entries + log waiting); LLEN, LINDEX, RPUSH; who waits ZREM, or TIME, ZADD, PEXPIRE
NEEDS Redis 7.0
TRY   EVAL KEYS queue:{a} queue:{a}:senders ARGV 10 me 1;id;sx
]]
local queue, senders, sender = KEYS[1], KEYS[2], ARGV[2]
local room = tonumber(ARGV[1]) - redis.call('LLEN', queue)
if room < #ARGV - 2 and redis.call('LINDEX', queue, 0) == '' then
    room = room + 1
end
if room < #ARGV - 2 then
    if sender ~= '' then
        local time = redis.call('TIME')
        redis.call('ZADD', senders, 'NX', time[1] * 1000 + math.floor(time[2] / 1000), sender)
        redis.call('PEXPIRE', senders, 60000)
    end
    return 0
end
for i = 3, #ARGV do
    redis.call('RPUSH', queue, ARGV[i])
end
if sender ~= '' then
    redis.call('ZREM', senders, sender)
end
return 1
