#!lua flags=no-writes
--[[
The nearest members in an area whose positions still count. As many more are looked at as there are positions that are over, 1000 at most:
so the answer is complete whenever no more are over, or enough were found.

KEYS  1 where     geo set {member: position}
      2 until     sorted set {member: ms of the server until which its position counts}
ARGV  1 most      whole number, 1 to 1000
      2 centre    p a point, m a member, which is found itself too
      3 longitude degrees, -180 to 180; or the member, bytes, not empty
      4 latitude  degrees, -85.05112878 to 85.05112878; - with a member
      5 across    metres, 0 or more; the radius of a circle or the width of a box
      6 height    metres of a box, 0 or more; - for a circle
REPLY {1 when complete else 0, {member, metres, {longitude, latitude}}, ...}, nearest first
COST  O(N + log M) for N members in and around the area, as GEOSEARCH; TIME, ZCARD, ZCOUNT, GEOSEARCH, ZMSCORE, ZSCORE
NEEDS Redis 7.0
TRY   EVAL KEYS geo:moving:{cars} geo:moving:{cars}:until ARGV 10 p 13.4 38.1 5000 -
]]
local most = tonumber(ARGV[1])
if not (most and most >= 1 and most <= 1000) then
    return redis.error_reply('BADARGUMENT the number of members is not 1 to 1000')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local live = redis.call('ZCOUNT', KEYS[2], '(' .. string.format('%.0f', now), '+inf')
local over = redis.call('ZCARD', KEYS[1]) - live
if live == 0 then
    return {1}
end
local words = {}
if ARGV[2] == 'm' then
    local till = redis.call('ZSCORE', KEYS[2], ARGV[3])
    if not till or tonumber(till) <= now or not redis.call('ZSCORE', KEYS[1], ARGV[3]) then
        return {1}
    end
    words[1], words[2] = 'FROMMEMBER', ARGV[3]
else
    words[1], words[2], words[3] = 'FROMLONLAT', ARGV[3], ARGV[4]
end
local shape = ARGV[6] == '-' and {'BYRADIUS', ARGV[5], 'm'} or {'BYBOX', ARGV[5], ARGV[6], 'm'}
for _, word in ipairs(shape) do
    words[#words + 1] = word
end
local asked = most + math.max(0, math.min(over, 1000))
for _, word in ipairs({'ASC', 'COUNT', asked, 'WITHCOORD', 'WITHDIST'}) do
    words[#words + 1] = word
end
local found = redis.call('GEOSEARCH', KEYS[1], unpack(words))
if #found == 0 then
    return {1}
end
local dates
if over > 0 then
    local members = {}
    for i, each in ipairs(found) do
        members[i] = each[1]
    end
    dates = redis.call('ZMSCORE', KEYS[2], unpack(members))
end
local reply = {1}
for i, each in ipairs(found) do
    if #reply <= most and (not dates or dates[i] and tonumber(dates[i]) > now) then
        reply[#reply + 1] = each
    end
end
if #reply <= most and #found == asked then
    reply[1] = 0
end
return reply
