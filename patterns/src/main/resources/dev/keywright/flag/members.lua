#!lua
--[[
Adds users to one page of a group or removes them, and writes down whose membership changed. A page holds the users whose numbers share all
but the lowest 16 bits, as a set of these bits and, beyond 512, as a bitmap of 8 KiB; or some of the users with names, as a set. Safe to send
twice: nothing is added or removed a second time.

KEYS  1 page      set or bitmap
      2 pages     set of the labels of all pages
      3 log       stream of changes
ARGV  1 what      + or -
      2 label     text; group:page
      3 kind      n for numbers, t for names
      4 subject   text; for the log
      5 by        text; who changes it
      6 why       text
      7 kept      whole number, 1 or more; about how many changes are kept
      8 most      whole number, 1 or more; how many pages there may be
      9.. users   200 at most: for numbers the lowest 16 bits, 0 to 65535, and then the number; for names the name
REPLY how many were added or removed
COST  O(users); TYPE, SCARD, XLEN, per user SISMEMBER, SADD, SREM or SETBIT, SADD or SREM, XADD; once per page SSCAN,
      UNLINK and BITFIELD of 712 at most
NEEDS Redis 7.0
TRY   EVAL KEYS flag:{a}:page:beta:0 flag:{a}:pages flag:log:{a} ARGV + beta:0 n group ann because 10000 10000 7 7 8 8
]]
local sparse = 512 -- set-max-intset-entries as it comes: so many take 4 bytes each
local crowd = 1000 -- so many names has a page
local page, add, numbers = KEYS[1], ARGV[1] == '+', ARGV[3] == 'n'
local kind = redis.call('TYPE', page).ok
local dense = kind == 'string' and numbers
if kind ~= 'none' and kind ~= 'set' and not dense then
    return redis.error_reply('WRONGTYPE a page of users is a ' .. kind .. '. Remove the key ' .. page)
end
local pages = redis.call('SCARD', KEYS[2])
redis.call('XLEN', KEYS[3]) -- these two find other types before anything is written
if kind == 'none' and add and pages >= tonumber(ARGV[8]) then
    return redis.error_reply('TOOMANY pages: there are ' .. ARGV[8] .. '. Use groups of fewer users, or numbers that lie closer')
elseif add and not numbers and redis.call('SCARD', page) >= crowd then
    for i = 9, #ARGV do -- those that are in it may be added again
        if redis.call('SISMEMBER', page, ARGV[i]) == 0 then
            return redis.error_reply('TOOMANY names: one of 64 parts of the group has 1000. Use numbers, or a percentage')
        end
    end
end

local function put(user)
    if dense then
        return redis.call('SETBIT', page, user, add and 1 or 0) == (add and 0 or 1)
    end
    return redis.call(add and 'SADD' or 'SREM', page, user) == 1
end

local changed = {}
for i = 9, #ARGV, numbers and 2 or 1 do
    if (add or kind ~= 'none') and put(ARGV[i]) then
        changed[#changed + 1] = numbers and ARGV[i + 1] or ARGV[i]
    end
end
if #changed == 0 then
    return 0
end

if add then
    redis.call('SADD', KEYS[2], ARGV[2])
    if numbers and not dense and redis.call('SCARD', page) > sparse then
        local bits = {'SET', 'u1', 65535, 0} -- its whole size at once
        local cursor = '0'
        repeat
            local part = redis.call('SSCAN', page, cursor, 'COUNT', 1000)
            cursor = part[1]
            for _, user in ipairs(part[2]) do
                local at = #bits
                bits[at + 1], bits[at + 2], bits[at + 3], bits[at + 4] = 'SET', 'u1', user, 1
            end
        until cursor == '0'
        redis.call('UNLINK', page)
        redis.call('BITFIELD', page, unpack(bits))
    end
elseif dense and redis.call('BITCOUNT', page) == 0 or redis.call('EXISTS', page) == 0 then
    redis.call('UNLINK', page)
    redis.call('SREM', KEYS[2], ARGV[2])
end
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[7], '*', 'subject', ARGV[4], 'by', ARGV[5], 'why', ARGV[6], 'before', '',
    'after', ARGV[1] .. ' ' .. table.concat(changed, ' '))
return #changed
