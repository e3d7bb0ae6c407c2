#!lua
--[[
Marks a member as seen unless it was. Two bitmaps take turns: what was marked in one is still found while the other fills.

KEYS  1 even      bitmap of the generations with an even number
      2 odd       bitmap of those with an odd one
ARGV  1 period    milliseconds of a generation, 1 to 315360000000
      2 bits      whole number, 8 to 8388608; the size of each bitmap
      3.. offsets whole numbers, 0 to bits - 1; the member's bits, 1 to 40 of them
REPLY 1 it was certainly not seen, and is marked now; 0 it was, or others have set its bits
COST  O(offsets); TIME, PEXPIRETIME, BITFIELD twice at most; SETBIT and PEXPIREAT once per generation, STRLEN and DEL seldom
NEEDS Redis 7.0
TRY   EVAL KEYS seen:mail:{0}:0 seen:mail:{0}:1 ARGV 3600000 1000 17 4 999
]]
local period, bits = tonumber(ARGV[1]), tonumber(ARGV[2])
if not (period and period >= 1 and period <= 315360000000 and bits and bits >= 8 and bits <= 8388608) or #ARGV < 3 or #ARGV > 42 then
    return redis.error_reply('BADARGUMENT the period, the size or the number of offsets is out of its range')
end
local get, set = {}, {}
for i = 3, #ARGV do
    local offset = tonumber(ARGV[i])
    if not (offset and offset >= 0 and offset < bits) then
        return redis.error_reply('BADARGUMENT an offset lies outside of the bitmap')
    end
    get[#get + 1], get[#get + 2], get[#get + 3] = 'GET', 'u1', ARGV[i]
    set[#set + 1], set[#set + 2], set[#set + 3], set[#set + 4] = 'SET', 'u1', ARGV[i], 1
end

local time = redis.call('TIME')
local generation = math.floor((tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)) / period)
local now, before = KEYS[generation % 2 + 1], KEYS[2 - generation % 2]
local function all(found)
    for _, bit in ipairs(found) do
        if bit == 0 then
            return false
        end
    end
    return true
end
if all(redis.call('BITFIELD', before, unpack(get))) then
    return 0
end
local ends, due = redis.call('PEXPIRETIME', now), (generation + 2) * period - 1 -- a key is still there in the millisecond it ends in
if ends >= 0 and ends < due then -- of two generations ago: it ends while this script runs, and would take the member with it
    redis.call('STRLEN', now) -- refuses what is no bitmap
    redis.call('DEL', now)
    ends = -2
end
if ends == -2 then
    redis.call('SETBIT', now, ARGV[2] - 1, 0) -- the whole size at once: growing bit by bit would reserve up to twice that
    redis.call('PEXPIREAT', now, string.format('%.0f', due))
end
return all(redis.call('BITFIELD', now, unpack(set))) and 0 or 1
