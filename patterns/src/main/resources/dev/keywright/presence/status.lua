#!lua flags=no-writes
--[[
Who of these users is online at this moment, and when the others were last.

KEYS  1 online    sorted set {user: ms of the server until which the user is online}
      2 seen      sorted set {user: ms of the server when the user went offline}
ARGV  1 users     bytes, not empty, 1 to 1000 of them
      2.. more
REPLY for each user 0 online, ms of the server when the user went offline, or -1 when that is not known
COST  O(M) for M users; TIME, ZMSCORE
NEEDS Redis 7.0
TRY   EVAL KEYS presence:{room} presence:{room}:seen ARGV anna bob
]]
if #ARGV < 1 or #ARGV > 1000 then
    return redis.error_reply('BADARGUMENT there are not 1 to 1000 users')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local online = redis.call('ZMSCORE', KEYS[1], unpack(ARGV))
local seen = redis.call('ZMSCORE', KEYS[2], unpack(ARGV))
local reply = {}
for i = 1, #ARGV do
    local till = tonumber(online[i] or nil)
    if till and till > now then
        reply[i] = 0
    else
        reply[i] = till or tonumber(seen[i] or nil) or -1
    end
end
return reply
