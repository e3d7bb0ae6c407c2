#!lua flags=no-writes
--[[
The places of many members, at one moment.

KEYS  1 board     sorted set of members by stored number
      2 distinct  sorted set of the distinct scores; unused unless ranks are dense
ARGV  1 ranks     one of ordinal, competition, dense
      2 bits      whole number, 0 to 52; of a stored number, which tell who was first
      3.. members bytes, 1 to 1000 of them
REPLY {stored number or nil, place, ...} in the order of the members; place 0 for those that are not there
COST  O(members * log N), 1000 members at most; ZMSCORE, and for each ZREVRANK or ZCOUNT
NEEDS Redis 7.0
TRY   EVAL KEYS board:{a} board:{a}:distinct ARGV ordinal 0 anna bert
]]
local ranks, bits = ARGV[1], tonumber(ARGV[2])
local step = 2 ^ bits
if #ARGV > 1002 then
    return redis.error_reply('TOOMANY members: give 1000 at most')
end
local stored = redis.call('ZMSCORE', KEYS[1], unpack(ARGV, 3))
local reply = {}
for i = 1, #ARGV - 2 do
    local place = -1
    if stored[i] and ranks == 'ordinal' then
        place = redis.call('ZREVRANK', KEYS[1], ARGV[i + 2])
    elseif stored[i] then
        local of = tonumber(stored[i])
        local score = bits > 0 and math.floor(of / step) or of
        local high = ranks == 'competition' and bits > 0 and score * step + step - 1 or score
        place = redis.call('ZCOUNT', KEYS[ranks == 'dense' and 2 or 1], '(' .. string.format('%.17g', high), '+inf')
    end
    reply[2 * i - 1], reply[2 * i] = stored[i], place + 1
end
return reply
