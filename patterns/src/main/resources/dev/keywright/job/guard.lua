#!lua flags=no-writes
--[[
Tells whether the server may evict jobs: with a limit of memory, and a policy that takes keys without a TTL.

KEYS  1 jobs   hash, see enqueue.lua
ARGV  1 kind   with which the names of such policies begin; allkeys-
REPLY the policy when it may, else an empty text, also where INFO is not allowed
COST  O(1); INFO
NEEDS Redis 7.0
TRY   EVAL KEYS job:{a}:jobs ARGV allkeys-
]]
local info = redis.pcall('INFO', 'memory')
if type(info) ~= 'string' or string.find(info, 'maxmemory:0\r', 1, true) then
    return ''
end
local policy = string.match(info, 'maxmemory_policy:([%a-]+)') or ''
return string.sub(policy, 1, #ARGV[1]) == ARGV[1] and policy or ''
