#!lua
--[[
Begins an attempt, unless another one is under way or an outcome is recorded. Safe to send twice: an owner finds his own attempt.

KEYS  1 record    hash {state, owner, token, request, until, began, waited, result}
ARGV  1 owner     bytes, not empty; of this attempt and of no other
      2 request   bytes; digest of what is asked for
      3 lease     milliseconds, 1 or more
      4 retention milliseconds, 1 or more; how long the record outlives the lease
      5 wait      one of 0, 1; 1 when the caller waits for the end of what is under way
REPLY {'began', token}; {'running', ms left of its lease, ms since it began}; {'done', result}; {'failed', reason};
      {'other'} another request has this key
COST  O(1) and the size of the result; HMGET, TIME, HSET, PEXPIRE
NEEDS Redis 7.0
TRY   EVAL KEYS once:pay:{order-7}:record ARGV owner1 digest 30000 86400000 1
]]
local mine, asked, lease, retention = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local record = redis.call('HMGET', KEYS[1], 'state', 'owner', 'token', 'request', 'until', 'began', 'result')
local state, owner, token, request = record[1], record[2], tonumber(record[3] or 0), record[4]
local ends, began, result = tonumber(record[5] or 0), tonumber(record[6] or 0), record[7] or ''
local time = redis.call('TIME')
local clock = tonumber(time[1]) * 1000000 + tonumber(time[2])

if state and state ~= 'free' and request ~= asked then
    return {'other'}
elseif state == 'done' or state == 'failed' then
    return {state, result}
elseif state == 'running' and owner == mine then
    return {'began', token}
elseif state == 'free' and owner == mine then -- it was given up before this late call came
    return {'running', 1, 0}
elseif state == 'running' and ends > clock then
    if ARGV[5] == '1' then
        redis.call('HSET', KEYS[1], 'waited', '1')
    end
    return {'running', math.ceil((ends - clock) / 1000), math.floor((clock - began) / 1000)}
end

token = math.max(token + 1, clock)
redis.call('HSET', KEYS[1], 'state', 'running', 'owner', mine, 'request', asked, 'result', '',
    'token', string.format('%.0f', token), 'began', string.format('%.0f', clock),
    'until', string.format('%.0f', clock + lease * 1000))
redis.call('PEXPIRE', KEYS[1], lease + retention)
return {'began', token}
