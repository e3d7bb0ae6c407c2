#!lua flags=no-writes
--[[
The devices with which a user is online at this moment.

KEYS  1 devices   hash {user: for each device "until owner length:device"}
ARGV  1 user      bytes, not empty
REPLY {device, ...}
COST  O(devices), 100 at most; TIME, HGET
NEEDS Redis 7.0
TRY   EVAL KEYS presence:{room}:devices ARGV anna
]]
local value = redis.call('HGET', KEYS[1], ARGV[1])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local reply, at = {}, 1
while value and at <= #value do
    local from, to, till, length = string.find(value, '^(%d+) %w+ (%d+):', at)
    if not from then
        break
    end
    if tonumber(till) > now then
        reply[#reply + 1] = string.sub(value, to + 1, to + tonumber(length))
    end
    at = to + tonumber(length) + 1
end
return reply
