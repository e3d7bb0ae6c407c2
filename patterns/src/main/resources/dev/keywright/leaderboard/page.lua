#!lua flags=no-writes
--[[
Reads so many members from a place on, or around a member, with the place of the first of them.

KEYS  1 board     sorted set of members by stored number
      2 distinct  sorted set of the distinct scores; unused unless ranks are dense
ARGV  1 from      whole number, 0 or more; how many are left out before, or come before the member at most
      2 count     whole number, 0 to 1000; how many in all, or after the member
      3 ranks     one of ordinal, competition, dense
      4 bits      whole number, 0 to 52; of a stored number, which tell who was first
      5 member    bytes; absent for a page
REPLY {how many were left out, place of the first as text, member, stored number, ...}; nil when there is no such member
COST  O(log N + count); ZREVRANK, ZRANGE, ZCOUNT; 2001 members at most
NEEDS Redis 7.0
TRY   EVAL KEYS board:{a} board:{a}:distinct ARGV 0 10 competition 0
]]
local from, last = tonumber(ARGV[1]), tonumber(ARGV[1]) + math.min(tonumber(ARGV[2]), 1000) - 1
local ranks, bits = ARGV[3], tonumber(ARGV[4])
if #ARGV > 4 then
    local place = redis.call('ZREVRANK', KEYS[1], ARGV[5])
    if not place then
        return false
    end
    from, last = math.max(place - math.min(from, 1000), 0), place + math.min(tonumber(ARGV[2]), 1000)
end
local reply = {from, string.format('%.17g', from + 1)}
local found = last >= from and redis.call('ZRANGE', KEYS[1], from, last, 'REV', 'WITHSCORES') or {}
if #found > 0 and from > 0 and ranks ~= 'ordinal' then
    local step, of = 2 ^ bits, tonumber(found[2])
    local score = bits > 0 and math.floor(of / step) or of
    if ranks == 'competition' then
        local high = bits > 0 and score * step + step - 1 or score
        reply[2] = string.format('%.17g', redis.call('ZCOUNT', KEYS[1], '(' .. string.format('%.17g', high), '+inf') + 1)
    else
        reply[2] = string.format('%.17g', redis.call('ZCOUNT', KEYS[2], '(' .. string.format('%.17g', score), '+inf') + 1)
    end
end
for i = 1, #found do
    reply[i + 2] = found[i]
end
return reply
