#!lua flags=allow-oom
--[[
Gives a session that lives another id; the one before opens it no more. Safe to send twice.

KEYS  1 session   hash {s: proof of the id, k: time it is kept after its end, in ms}
ARGV  1 before    bytes, not empty; what the id is known by
      2 after     bytes, not empty; what the new one will be known by
REPLY 1; 0 when it has ended or somebody else has changed its id
COST  O(1); HMGET, HSET; PTTL when there are events
NEEDS Redis 7.0
TRY   EVAL KEYS session:shop:{1}:ABCDEFGHIJKLMNOP ARGV proof another
]]
local found = redis.call('HMGET', KEYS[1], 's', 'k')
local keep = tonumber(found[2] or '0')
if not found[1] or keep > 0 and redis.call('PTTL', KEYS[1]) <= keep then
    return 0
elseif found[1] == ARGV[2] then
    return 1
elseif found[1] ~= ARGV[1] then
    return 0
end
redis.call('HSET', KEYS[1], 's', ARGV[2])
return 1
