#!lua flags=no-writes
--[[
Looks at some items of one set, and gives those that have all, any and none of what is asked for.

KEYS  1.. sets    of the items of each tag: of those that all are needed of, then those of which any, then those of which none
ARGV  1 all       whole number, 0 to 50; how many of the sets are those of all
      2 any       whole number, 0 to 50; how many follow of which any is needed; all or any is more than 0
      3 driver    whole number, 0 to 100; which of the sets is looked through: one of all, or one of any after the other; 0 at first
      4 cursor    text; where to go on in it; 0 at first
      5 count     whole number, 1 to 1000; how many are looked at, about
REPLY {driver of the next page or 0 at the end, its cursor, item, ...}
COST  O(count * sets); SCARD for each, SSCAN, SMISMEMBER for each; a set in compact form is looked at as a whole
NEEDS Redis 7.0
TRY   EVAL KEYS tag:set:{shop#0}:red tag:set:{shop#0}:large ARGV 2 0 0 0 100
]]
local all, any, driver = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if driver == 0 then
    driver = 1
    for i = 2, all do
        if redis.call('SCARD', KEYS[i]) < redis.call('SCARD', KEYS[driver]) then
            driver = i
        end
    end
end
local scanned = redis.call('SSCAN', KEYS[driver], ARGV[4], 'COUNT', ARGV[5])
local cursor, items = scanned[1], scanned[2]
local fits, some = {}, {}
for i = 1, #items do
    fits[i] = true
    some[i] = any == 0 or driver > all
end
for k = 1, #KEYS do
    local early = driver > all and k > all and k < driver -- it was given with that one
    if k ~= driver and not (driver > all and k > driver and k <= all + any) then
        for from = 1, #items, 1000 do
            local to = math.min(from + 999, #items)
            for i, is in ipairs(redis.call('SMISMEMBER', KEYS[k], unpack(items, from, to))) do
                local at = from + i - 1
                if k <= all then
                    fits[at] = fits[at] and is == 1
                elseif k <= all + any and not early then
                    some[at] = some[at] or is == 1
                else
                    fits[at] = fits[at] and is == 0
                end
            end
        end
    end
end
if cursor == '0' then
    driver = driver > all and driver < all + any and driver + 1 or 0
end
local page = {driver, cursor}
for i, item in ipairs(items) do
    if fits[i] and some[i] then
        page[#page + 1] = item
    end
end
return page
