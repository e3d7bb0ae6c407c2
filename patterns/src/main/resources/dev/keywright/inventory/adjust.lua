#!lua
--[[
Adds units to what is free, or takes them away, once per id. Safe to send twice: an id finds what it did.

KEYS  1 units     hash {cells, p:<product>: free held sold out in away, a:<id>: delta product, i:<id>: delta product}
      2 due       sorted set of a:<id> and i:<id>, by the microsecond of the server at which they may be forgotten
      3 journal   stream {event, id, basket}
ARGV  1 cells     whole number, 1 to 1024; of the inventory
      2 kind      one of a, i; i when they come from another cell of the inventory
      3 id        bytes, not empty
      4 delta     whole number, -9007199254740991 to 9007199254740991; not 0
      5 product   bytes, not empty
      6 retention milliseconds, 1 to 315360000000; how long the id is remembered, and an arrival since it was last sent
      7 entries   whole number, 0 or more; how many the journal keeps
REPLY {'done'}; {'other'} the id did something else; {'short', 1 when a hold is due else 0, free units}; {'full'} beyond 2^53 - 1
COST  O(1); TIME, HMGET, XADD, ZADD, HSET; ZRANGE when short
NEEDS Redis 7.0
TRY   EVAL KEYS stock:cell:{shop#0}:units stock:cell:{shop#0}:due stock:cell:{shop#0}:journal ARGV 1 a delivery-3 10 shoes 86400000 1000
]]
local cells, kind, member, product = ARGV[1], ARGV[2], ARGV[2] .. ':' .. ARGV[3], 'p:' .. ARGV[5]
local delta, retention, entries = tonumber(ARGV[4]), tonumber(ARGV[6]), tonumber(ARGV[7])
if not string.find(ARGV[4], '^-?[1-9]%d*$') or math.abs(delta) > 9007199254740991 then
    return redis.error_reply('BADQUANTITY it is not a whole number other than 0, up to 2^53 - 1')
elseif not (retention and retention >= 1 and retention <= 315360000000 and entries and entries >= 0) or kind ~= 'a' and (kind ~= 'i' or delta < 0) then
    return redis.error_reply('BADARGUMENT the kind, the retention or the length of the journal is not known')
end
local found = redis.call('HMGET', KEYS[1], 'cells', member, product)
local record = ARGV[4] .. ' ' .. ARGV[5]
if found[1] and found[1] ~= cells then
    return redis.error_reply('BADCELLS the inventory has ' .. found[1] .. ' cells, and this program says ' .. cells .. '; it keeps its number')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local remembered = string.format('%.0f', now + retention * 1000)
if found[2] then
    if kind == 'i' then
        redis.call('ZADD', KEYS[2], remembered, member)
    end
    return {found[2] == record and 'done' or 'other'}
end

local counts = {}
for count in string.gmatch(found[3] or '0 0 0 0 0 0', '%d+') do
    counts[#counts + 1] = tonumber(count)
end
if counts[1] + delta < 0 then
    local first = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
    return {'short', first[2] and tonumber(first[2]) <= now and 1 or 0, counts[1]}
elseif counts[1] + counts[2] + counts[3] + delta > 9007199254740991 then
    return {'full'}
end
counts[1] = counts[1] + delta
if kind == 'i' then
    counts[5] = counts[5] + delta
end

-- a key of another type is met before anything has changed
local event = kind == 'i' and 'in' or 'adjust'
local entry = entries > 0 and redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[7], '*', 'event', event, 'id', ARGV[3],
    'basket', ARGV[4] .. 'x' .. #ARGV[5] .. ':' .. ARGV[5])
local dated = redis.pcall('ZADD', KEYS[2], remembered, member)
if type(dated) == 'table' then
    if entry then
        redis.call('XDEL', KEYS[3], entry)
    end
    return dated
end
redis.call('HSET', KEYS[1], 'cells', cells, member, record, product,
    string.format('%.0f %.0f %.0f %.0f %.0f %.0f', counts[1], counts[2], counts[3], counts[4], counts[5], counts[6]))
return {'done'}
