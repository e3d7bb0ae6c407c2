#!lua
--[[
Sets or removes the rule of a flag, raises the version and tells all processes, all or nothing.

KEYS  1 flags     hash {flag: rule, _version: number}
      2 channel   where processes listen for changes
ARGV  1 flag      its name, not empty and not beginning with _
      2 rule      its text; empty to remove the flag
REPLY the new version
COST  O(1); HSET or HDEL, HINCRBY, PUBLISH
NEEDS Redis 7.0
]]
local flag, rule = ARGV[1], ARGV[2]
if not flag or flag == '' or string.sub(flag, 1, 1) == '_' then
    return redis.error_reply('ERR flag is empty or begins with _')
end
if not rule then return redis.error_reply('ERR rule is missing') end
if rule == '' then
    redis.call('HDEL', KEYS[1], flag)
else
    redis.call('HSET', KEYS[1], flag, rule)
end
local version = redis.call('HINCRBY', KEYS[1], '_version', 1)
redis.call('PUBLISH', KEYS[2], flag)
return version
