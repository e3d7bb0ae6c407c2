#!lua
--[[
Appends a message to a stream and lets old ones go.

KEYS  1 stream    stream {payload}
ARGV  1 payload   bytes
      2 length    whole number, 0 or more; about so many stay, a hundred more at times; 0 for any number
      3 age       milliseconds, 0 or more; what is older goes, and an idle stream with it; 0 for any age
REPLY the id of the message
COST  O(1), and O(n) in the messages that go; XADD; TIME, XTRIM, PEXPIRE with an age
NEEDS Redis 7.0
TRY   EVAL KEYS topic:{news} ARGV hello 1000 60000
]]
local payload, length, age = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
if not (length and length >= 0 and age and age >= 0) then
    return redis.error_reply('BADARGUMENT the length or the age is not known')
end
local id
if length > 0 then
    id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'payload', payload)
else
    id = redis.call('XADD', KEYS[1], '*', 'payload', payload)
end
if age > 0 then
    local time = redis.call('TIME')
    local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
    redis.call('XTRIM', KEYS[1], 'MINID', '=', string.format('%.0f', math.max(now - age, 0)))
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return id
