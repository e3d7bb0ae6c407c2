#!lua
--[[
Adds a job once: an id that is still known (waiting, scheduled, active or dead) is not added again, so a call may be repeated.

KEYS  1 body      hash {id: payload}
      2 waiting   list of ids, taken from the right
      3 later     sorted set {id: due time in ms}
ARGV  1 id        of the job, not empty
      2 payload   what the worker needs
      3 delay     milliseconds from now, 0 for at once
REPLY 1 when added, 0 when the id is already known
COST  O(log N); HSETNX, LPUSH or TIME and ZADD
NEEDS Redis 7.0
]]
local id, payload, delay = ARGV[1], ARGV[2], tonumber(ARGV[3])
if not id or id == '' then return redis.error_reply('ERR id is empty') end
if not payload then return redis.error_reply('ERR payload is missing') end
if not delay or delay ~= math.floor(delay) or delay < 0 or delay > 315360000000 then
    return redis.error_reply('ERR delay is not a whole number of milliseconds from 0 to ten years')
end

if redis.call('HSETNX', KEYS[1], id, payload) == 0 then return 0 end
if delay == 0 then
    redis.call('LPUSH', KEYS[2], id)
else
    local time = redis.call('TIME')
    local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
    redis.call('ZADD', KEYS[3], string.format('%d', now + delay), id)
end
return 1
