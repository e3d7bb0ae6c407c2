#!lua
--[[
Holds the units of a basket under an id, all or none. Safe to send twice: an id finds the answer it got.

KEYS  1 units     hash {cells, p:<product>: free held sold out in away, r:<id>: state until basket}
      2 due       sorted set of r:<id>, by the microsecond of the server at which it ends
      3 journal   stream {event, id, basket}
ARGV  1 cells     whole number, 1 to 1024; of the inventory
      2 id        bytes, not empty
      3 basket    bytes, not empty; per product <quantity>x<bytes of its name>:<name>, such as 2x5:shoes
      4 hold      milliseconds, 1 to 315360000000
      5 entries   whole number, 0 or more; how many the journal keeps
REPLY {'held', ms left} {'confirmed'} {'cancelled'} {'expired'} of this id; {'other'} the id has another basket;
      {'short', 1 when a hold is due else 0, free units of each product in turn}
COST  O(products); TIME, HMGET, XADD, ZADD, HSET; ZRANGE when short
NEEDS Redis 7.0
TRY   EVAL KEYS stock:cell:{shop#0}:units stock:cell:{shop#0}:due stock:cell:{shop#0}:journal ARGV 1 order-7 2x5:shoes 60000 1000
]]
local cells, member, basket, hold, entries = ARGV[1], 'r:' .. ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
if not (hold and hold >= 1 and hold <= 315360000000 and entries and entries >= 0) then
    return redis.error_reply('BADARGUMENT the hold or the length of the journal is out of its range')
end

local asked, quantities, seen, at = {'cells', member}, {}, {}, 1
while at <= #basket do
    local _, stop, quantity, length = string.find(basket, '^([1-9]%d*)x([1-9]%d*):', at)
    local product = stop and string.sub(basket, stop + 1, stop + tonumber(length))
    if not stop or #quantity > 16 or tonumber(quantity) > 9007199254740991 or #product ~= tonumber(length) or seen[product] then
        return redis.error_reply('BADBASKET a quantity is not a whole number from 1 to 2^53 - 1, or a product comes twice')
    end
    seen[product] = true
    asked[#asked + 1] = 'p:' .. product
    quantities[#quantities + 1] = tonumber(quantity)
    at = stop + tonumber(length) + 1
end
if #quantities == 0 then
    return redis.error_reply('BADBASKET it is empty')
end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local found = redis.call('HMGET', KEYS[1], unpack(asked))
if found[1] and found[1] ~= cells then
    return redis.error_reply('BADCELLS the inventory has ' .. found[1] .. ' cells, and this program says ' .. cells .. '; it keeps its number')
end
if found[2] then
    local state, ends, before = string.match(found[2], '^(%a+) (%d+) (.*)$')
    if before ~= basket and before ~= '' then
        return {'other'}
    elseif state ~= 'held' then
        return {state}
    end
    local left = tonumber(ends) - now
    return left > 0 and {'held', math.ceil(left / 1000)} or {'expired'}
end

local free, writes, short = {}, {}, false
for i, quantity in ipairs(quantities) do
    local f, h, rest = string.match(found[i + 2] or '0 0 0 0 0 0', '^(%d+) (%d+) (%d+ %d+ %d+ %d+)$')
    free[i] = tonumber(f)
    short = short or free[i] < quantity
    writes[2 * i - 1] = asked[i + 2]
    writes[2 * i] = string.format('%.0f %.0f %s', free[i] - quantity, tonumber(h) + quantity, rest)
end
if short then
    local first = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
    return {'short', first[2] and tonumber(first[2]) <= now and 1 or 0, unpack(free)}
end

-- a key of another type is met before anything has changed
local ends = string.format('%.0f', now + hold * 1000)
local entry = entries > 0 and redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[5], '*', 'event', 'reserve', 'id', ARGV[2], 'basket', basket)
local dated = redis.pcall('ZADD', KEYS[2], ends, member)
if type(dated) == 'table' then
    if entry then
        redis.call('XDEL', KEYS[3], entry)
    end
    return dated
end
writes[#writes + 1] = member
writes[#writes + 1] = 'held ' .. ends .. ' ' .. basket
if not found[1] then
    writes[#writes + 1] = 'cells'
    writes[#writes + 1] = cells
end
redis.call('HSET', KEYS[1], unpack(writes))
return {'held', hold}
