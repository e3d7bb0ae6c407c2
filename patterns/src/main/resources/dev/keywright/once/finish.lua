#!lua
--[[
Records how an attempt ended, if it is still the one that has the key. Safe to send twice.

KEYS  1 record    hash {state, owner, token, request, until, began, waited, result}
ARGV  1 owner     bytes, not empty; of the attempt
      2 state     one of done, failed, free; free lets the next one begin at once
      3 result    bytes; of what is done, or why it failed
      4 retention milliseconds, 1 or more; how long the record stays
      5 channel   text; where those listen who wait
      6 text      text; what is published there
REPLY 1 recorded, now or the first time; 0 refused, as the attempt does not have the key any more
COST  O(1) and the size of the result; HMGET, HSET, PEXPIRE, PUBLISH when somebody waits
NEEDS Redis 7.0
TRY   EVAL KEYS once:pay:{order-8}:record ARGV owner1 done s42 86400000 once:pay!wake order-8
]]
local state = ARGV[2]
local record = redis.call('HMGET', KEYS[1], 'state', 'owner', 'waited')
if record[2] ~= ARGV[1] then
    return 0
elseif record[1] ~= 'running' then
    return record[1] == state and 1 or 0
end
redis.call('HSET', KEYS[1], 'state', state, 'result', ARGV[3], 'waited', '0')
redis.call('PEXPIRE', KEYS[1], ARGV[4])
if record[3] == '1' then
    redis.pcall('PUBLISH', ARGV[5], ARGV[6]) -- who may not publish is still right: those who wait look by themselves
end
return 1
