#!lua flags=no-writes
--[[
Reads pages of users.

KEYS  1.. pages   sets and bitmaps, 4 at most
ARGV  1 step      whole number, 1 or more; how many members one command asks for
REPLY for each page its members, or its bitmap; no members when it is not there
COST  O(users of these pages): 512 numbers or some 1,000 names each at most, or 8 KiB; per page TYPE, SSCAN or GET
NEEDS Redis 7.0
TRY   EVAL KEYS flag:{a}:page:beta:0 flag:{a}:page:beta:1 ARGV 1000
]]
local function members(page)
    local all, cursor = {}, '0'
    repeat
        local part = redis.call('SSCAN', page, cursor, 'COUNT', ARGV[1])
        cursor = part[1]
        for _, user in ipairs(part[2]) do
            all[#all + 1] = user
        end
    until cursor == '0'
    return all
end

local pages = {}
for i, page in ipairs(KEYS) do
    pages[i] = redis.call('TYPE', page).ok == 'string' and redis.call('GET', page) or members(page)
end
return pages
